import { expect, test } from "vitest";
import type { RetryPolicy } from "../../../orchestrator/src/definition/types.ts";
import { backoffMs, seedOf } from "../../../orchestrator/src/machine/backoff.ts";
import type { SendRef } from "../../../orchestrator/src/machine/event.ts";

const exponential: RetryPolicy = { kind: "exponential", maxAttempts: 10, initialMs: 100, multiplier: 2, maxMs: 1000 };
const attempt = (n: number, other: Partial<SendRef> = {}): SendRef => ({
  step: 0,
  item: undefined,
  direction: "forward",
  round: 0,
  attempt: n,
  ...other,
});

test("an exponential delay spreads evenly from nothing to its step of the power, and stops at the maximum", () => {
  for (const [n, most] of [
    [1, 100],
    [2, 200],
    [4, 800],
    [5, 1000],
    [5000, 1000],
  ] as const) {
    const delays = Array.from({ length: 2000 }, (_, i) =>
      backoffMs(exponential, seedOf(`saga-${i}`), attempt(n), undefined),
    );
    const mean = delays.reduce((sum, delay) => sum + delay, 0) / delays.length;
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...delays)).toBeLessThanOrEqual(most);
    expect(Math.min(...delays)).toBeLessThan(most * 0.02);
    expect(Math.max(...delays)).toBeGreaterThan(most * 0.98);
    expect(mean).toBeGreaterThan(most * 0.47);
    expect(mean).toBeLessThan(most * 0.53);
  }
});

test("the same attempt of the same saga has the same delay, and everything that names it counts", () => {
  const far: RetryPolicy = { ...exponential, initialMs: 1e9, maxMs: 1e9 };
  const seed = seedOf("s-1");
  const delays = [
    backoffMs(far, seed, attempt(1), undefined),
    backoffMs(far, seedOf("s-2"), attempt(1), undefined),
    backoffMs(far, seed, attempt(2), undefined),
    backoffMs(far, seed, attempt(1, { step: 1 }), undefined),
    backoffMs(far, seed, attempt(1, { item: 0 }), undefined),
    backoffMs(far, seed, attempt(1, { item: 1 }), undefined),
    backoffMs(far, seed, attempt(1, { direction: "backward" }), undefined),
    backoffMs(far, seed, attempt(1, { round: 1 }), undefined),
  ];
  expect(new Set(delays).size).toBe(delays.length);
  expect(backoffMs(far, seed, attempt(1), undefined)).toBe(delays[0]);
});

test("a schedule is taken exactly, and its last delay repeats", () => {
  const schedule: RetryPolicy = { kind: "schedule", maxAttempts: 9, delaysMs: [0, 1000, 5000] };
  const delays = [1, 2, 3, 4, 50].map((n) => backoffMs(schedule, 7, attempt(n), undefined));
  expect(delays).toEqual([0, 1000, 5000, 5000, 5000]);
});

test("the participant's wish is a minimum", () => {
  expect(backoffMs(exponential, 7, attempt(1), 60_000)).toBe(60_000);
  expect(backoffMs({ kind: "schedule", maxAttempts: 2, delaysMs: [5000] }, 7, attempt(1), 1000)).toBe(5000);
});

test("forward recovery never runs out of numbers", () => {
  const atOnce: RetryPolicy = { ...exponential, initialMs: 0 };
  expect(backoffMs(atOnce, 7, attempt(100_000), undefined)).toBe(0);
});
