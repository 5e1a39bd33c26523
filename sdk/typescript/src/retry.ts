import { setTimeout as delay } from "node:timers/promises";
import type { CallOptions } from "@connectrpc/connect";
import { BackstitchError, isTransient } from "./errors.ts";

/** What a call may take beyond the time it asks the server to wait. */
const callMs = 15_000;
const attempts = 5;

/** Makes a call, again after a transient failure: every request is idempotent, by nature or by its request id. */
export async function call<T>(run: (options: CallOptions) => Promise<T>, signal?: AbortSignal, waitMs = 0): Promise<T> {
  for (let failed = 0; ; failed++) {
    try {
      return await run({ signal, timeoutMs: waitMs + callMs });
    } catch (error) {
      await pauseOrThrow(error, failed, signal);
    }
  }
}

/** Waits before the next attempt, or throws a BackstitchError if there should be none. */
export async function pauseOrThrow(error: unknown, failed: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted || !isTransient(error) || failed + 1 >= attempts) throw BackstitchError.from(error);
  // 100 ms doubling, with full jitter.
  await delay(Math.random() * 100 * 2 ** failed, undefined, { signal }).catch(() => {});
}

/** As pauseOrThrow for a stream that had been open: as long as its reader wants it, a transient failure does not end it. */
export function pauseToResume(error: unknown, failed: number, signal?: AbortSignal): Promise<void> {
  return pauseOrThrow(error, Math.min(failed, attempts - 2), signal);
}
