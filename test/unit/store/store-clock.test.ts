import { expect, test, vi } from "vitest";
import type { Caller } from "../../../orchestrator/src/store/redis/caller.ts";
import { createStoreClock } from "../../../orchestrator/src/store/redis/clock.ts";

/** Redis' clock at this moment, ms since the epoch. */
let ahead = 0;
const redisNow = () => 1_800_000_000_000 + ahead + performance.now();
const caller: Caller = {
  call: async () => {
    const now = redisNow();
    return [String(Math.floor(now / 1000)), String(Math.floor((now % 1000) * 1000))];
  },
  run: async () => null,
};

test("the store's clock is that of Redis, whatever the wall clock of this machine says", async () => {
  const clock = createStoreClock(caller);
  await clock.refresh();
  vi.setSystemTime(0);
  expect(Math.abs(clock.now() - redisNow())).toBeLessThan(50);
  vi.useRealTimers();
});

test("a step of Redis' clock in either direction is noticed, drift is not", async () => {
  for (const step of [60_000, -60_000]) {
    const clock = createStoreClock(caller);
    await clock.refresh();
    ahead += 20;
    await clock.refresh();
    expect(clock.steppedWithin(10_000)).toBe(false);
    ahead += step;
    await clock.refresh();
    expect(clock.steppedWithin(10_000)).toBe(true);
    expect(Math.abs(clock.now() - redisNow())).toBeLessThan(50);
  }
});

test("an answer that Redis was long in giving does not blur what is known", async () => {
  let waitMs = 0;
  const slow: Caller = {
    ...caller,
    async call(name) {
      // As after a reconnect: the time goes by before Redis is asked, not half before and half after.
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      return caller.call(name);
    },
  };
  const clock = createStoreClock(slow);
  await clock.refresh();
  waitMs = 400;
  await clock.refresh();
  expect(Math.abs(clock.now() - redisNow())).toBeLessThan(50);
});
