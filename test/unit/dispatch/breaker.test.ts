import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Breaker, type BreakerState, createBreaker } from "../../../orchestrator/src/dispatch/breaker.ts";

const config = { errorPercent: 50, windowMs: 1000, minCalls: 4, resetMs: 500 };
let states: BreakerState[];
let breaker: Breaker;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "setInterval", "clearTimeout", "clearInterval", "Date", "performance"] });
  states = [];
  breaker = createBreaker(config, (state) => states.push(state));
});
afterEach(() => {
  breaker.shutdown();
  vi.useRealTimers();
});

/** Calls that end at once, with a fault or without. */
function calls(...faults: boolean[]): void {
  for (const fault of faults) breaker.record(breaker.admit(), fault ? "fault" : "well");
}
const settled = () => vi.advanceTimersByTimeAsync(0);

describe("the breaker", () => {
  test("opens above the share of faults, not before there are enough calls", () => {
    calls(true, true, true);
    expect(breaker.state).toBe("closed");
    expect(breaker.openedAt).toBeUndefined();
    calls(true);
    expect(breaker.state).toBe("open");
    expect(breaker.openedAt).toBe(Date.now());
    expect(breaker.admit()).toBe("held");
    expect(breaker.remainingMs()).toBe(500);
  });

  test("stays closed while at most half of the calls are faults", async () => {
    for (let i = 0; i < 20; i++) {
      calls(false, true);
      await settled();
    }
    expect(states).toEqual([]);
  });

  test("forgets faults that are older than the window", async () => {
    calls(true, true, true);
    await vi.advanceTimersByTimeAsync(1200);
    calls(true);
    expect(breaker.state).toBe("closed");
  });

  test("counts calls when they end: those that hang for longer than the window still open it", async () => {
    const admitted = Array.from({ length: 10 }, () => breaker.admit());
    await vi.advanceTimersByTimeAsync(5000);
    for (const admission of admitted) breaker.record(admission, "fault");
    expect(breaker.state).toBe("open");
  });

  test("opens when calls in a row find no connection, however many went well before", async () => {
    calls(...Array<boolean>(100).fill(false));
    await settled();
    for (const ended of ["unsent", "unsent", "unsent", "well", "unsent", "unsent", "unsent"] as const) {
      breaker.record(breaker.admit(), ended);
      expect(breaker.state).toBe("closed");
    }
    breaker.record(breaker.admit(), "unsent");
    expect(breaker.state).toBe("open");
  });

  test("half-open lets one probe through; its success closes it", async () => {
    calls(true, true, true, true);
    await vi.advanceTimersByTimeAsync(500);
    expect(breaker.state).toBe("half-open");
    expect(breaker.admit()).toBe("probe");
    expect(breaker.admit()).toBe("held");
    breaker.record("probe", "well");
    await settled();
    expect(breaker.state).toBe("closed");
    expect(breaker.openedAt).toBeUndefined();
    expect(states).toEqual(["open", "half-open", "closed"]);
    expect(breaker.admit()).toBe("go");
  });

  test("a probe that fails opens it again for the whole time, and openedAt stays", async () => {
    calls(true, true, true, true);
    const openedAt = breaker.openedAt;
    await vi.advanceTimersByTimeAsync(500);
    breaker.record(breaker.admit(), "fault");
    expect(breaker.state).toBe("open");
    expect(breaker.remainingMs()).toBe(500);
    expect(breaker.openedAt).toBe(openedAt);
    await vi.advanceTimersByTimeAsync(500);
    expect(breaker.admit()).toBe("probe");
  });

  test("a probe that tells nothing gives its place to another", async () => {
    calls(true, true, true, true);
    await vi.advanceTimersByTimeAsync(500);
    breaker.release(breaker.admit());
    expect(breaker.admit()).toBe("probe");
  });

  test("calls from before it opened neither close nor reopen it", async () => {
    const [early, late] = [breaker.admit(), breaker.admit()];
    calls(true, true, true, true);
    breaker.record(early, "well");
    await settled();
    expect(breaker.state).toBe("open");
    await vi.advanceTimersByTimeAsync(500);
    breaker.record(late, "fault");
    await settled();
    expect(breaker.state).toBe("half-open");
    expect(breaker.admit()).toBe("probe");
  });
});
