import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createTimeTravel } from "../../../orchestrator/src/worker/time-travel.ts";

/** Monotonic time and timers are the test's own; the store's clock is moved by what is tested. */
beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

const START = 1_000_000;

interface Timer {
  readonly at: number;
  /** How long, in real time, what it sets off is driven; undefined: for ever. */
  readonly takesMs: number | undefined;
  /** Sets another timer. */
  readonly sets?: number;
  /** What it sets off waits in memory for this time, too. */
  readonly holdsUntil?: number;
}

/** A store with timers, and sagas that they set off. All times are from the start. */
function createWorld(timers: readonly Timer[]) {
  let now = START;
  let woken = 0;
  const left = [...timers].sort((a, b) => a.at - b.at);
  const owned = new Set<{ revision: number; wakeAt: number | undefined }>();
  const ranAt: number[] = [];
  const travel = createTimeTravel({
    store: {
      now: () => now,
      async advance(byMs) {
        now += byMs;
        for (const saga of owned) {
          if (saga.wakeAt === undefined || saga.wakeAt > now) continue;
          ranAt.push(now - START);
          owned.delete(saga);
        }
      },
      stats: async () => ({ byStatus: {} as never, backlog: 0, oldestPendingMs: owned.size, timers: left.length }),
    },
    async wake() {
      while (left.length > 0 && START + left[0]!.at <= now) {
        const { takesMs, sets, holdsUntil } = left.shift()!;
        const saga = { revision: 1, wakeAt: holdsUntil === undefined ? undefined : START + holdsUntil };
        woken++;
        owned.add(saga);
        ranAt.push(now - START);
        if (sets !== undefined) left.unshift({ at: sets, takesMs: 0 });
        if (takesMs !== undefined) setTimeout(() => owned.delete(saga), takesMs);
      }
      return { nextAt: left[0] && START + left[0].at };
    },
    woken: () => woken,
    owned: () => owned,
    unsettled: () => false,
    stopping: new AbortController().signal,
  });
  return {
    ranAt,
    travel,
    get elapsed() {
      return now - START;
    },
    /** Moves the clock, and lets real time pass until that is done. Gives the timers and the real time, in ms. */
    async advance(byMs: number) {
      const began = performance.now();
      let over = false;
      const moving = travel({ byMs }, new AbortController().signal).finally(() => {
        over = true;
      });
      while (!over) await vi.advanceTimersByTimeAsync(1);
      return { timers: (await moving).timers, tookMs: performance.now() - began };
    },
  };
}

const quick = { takesMs: 0 };
const hanging = { takesMs: undefined };

test("the clock stops at each timer on its way, and ends where it was asked to", async () => {
  const world = createWorld([500, 1_500, 1_500, 3_001].map((at) => ({ at, ...quick })));
  expect((await world.advance(3_000)).timers).toBe(3);
  expect(world.ranAt).toEqual([500, 1_500, 1_500]);
  expect(world.elapsed).toBe(3_000);
  expect((await world.advance(1)).timers).toBe(1);
});

test("what a timer sets off may set timers, which go off on the same way", async () => {
  const world = createWorld([
    { at: 100, ...quick, sets: 400 },
    { at: 500, ...quick },
  ]);
  expect((await world.advance(1_000)).timers).toBe(3);
  expect(world.ranAt).toEqual([100, 400, 500]);
});

test("the clock stands still while a saga is driven", async () => {
  const world = createWorld([
    { at: 100, takesMs: 300 },
    { at: 200, ...quick },
  ]);
  const { tookMs } = await world.advance(1_000);
  expect(world.ranAt).toEqual([100, 200]);
  expect(tookMs).toBeGreaterThanOrEqual(300);
});

test("a saga that hangs is waited for ten seconds, once", async () => {
  const world = createWorld([
    { at: 100, ...hanging },
    { at: 200, ...quick },
    { at: 300, ...quick },
  ]);
  const { tookMs } = await world.advance(1_000);
  expect(world.ranAt).toEqual([100, 200, 300]);
  expect(tookMs).toBeGreaterThanOrEqual(10_000);
  expect(tookMs).toBeLessThan(10_200);
});

test("a time that a saga waits for in memory is a stop on the way, too", async () => {
  const world = createWorld([{ at: 100, ...hanging, holdsUntil: 700 }]);
  await world.advance(1_000);
  expect(world.ranAt).toEqual([100, 700]);
  expect(world.elapsed).toBe(1_000);
});

test("the clock is not set back, and a caller who goes away ends the journey", async () => {
  const world = createWorld([{ at: 100, ...hanging }]);
  const here = new AbortController().signal;
  await expect(world.travel({ toMs: START - 1 }, here)).rejects.toMatchObject({ code: "INVALID_REQUEST" });
  await expect(world.travel({ byMs: 1_000 }, AbortSignal.abort())).rejects.toMatchObject({ code: "STOPPING" });
});
