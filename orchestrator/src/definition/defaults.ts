import type { RetryPolicy, SendRule } from "./types.ts";

export type ExponentialPolicy = Extract<RetryPolicy, { kind: "exponential" }>;

/** What holds where a definition says nothing. */
export const defaults = {
  timeoutMs: 10_000,
  retry: { kind: "exponential", maxAttempts: 5, initialMs: 200, multiplier: 2, maxMs: 30_000 },
  undoRetry: { kind: "exponential", maxAttempts: 20, initialMs: 500, multiplier: 2, maxMs: 300_000 },
  goBackTimes: 3,
  concurrency: 1,
} as const satisfies {
  timeoutMs: number;
  retry: ExponentialPolicy;
  undoRetry: ExponentialPolicy;
  goBackTimes: number;
  concurrency: number;
};

/** How a child saga is started and compensated; no definition says otherwise. */
export const childSends: SendRule = {
  retry: defaults.retry,
  undo: { input: undefined, timeoutMs: defaults.timeoutMs, retry: defaults.undoRetry },
  completionTimeoutMs: undefined,
  heartbeatTimeoutMs: undefined,
};
