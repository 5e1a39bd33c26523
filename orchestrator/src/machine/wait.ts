import { type Place, withItem } from "./calls.ts";
import { after, type Decision, record } from "./decision.ts";
import type { Outcome, SendRef } from "./event.ts";
import { completionTimeoutFailure } from "./failure.ts";
import type { CallState, WaitReason } from "./state.ts";

/** Records that a call was not sent, or was accepted for later. */
export function recordWait(
  decision: Decision,
  ref: SendRef,
  outcome: Outcome & { readonly kind: "held" | "pending" },
): void {
  if (outcome.kind === "held") {
    waitUntil(decision, ref, "BREAKER", after(decision, outcome.retryAfterMs));
    return;
  }
  const { step, sends } = decision.plan.steps[ref.step]!;
  if (step.kind === "saga") {
    // It tells its parent when it ends.
    waitUntil(decision, ref, "CHILD", undefined);
    return;
  }
  const limit = sends?.completionTimeoutMs === undefined ? undefined : after(decision, sends.completionTimeoutMs);
  awaitCompletion(decision, ref, limit);
}

/** Records that a completion is waited for until the next heartbeat must have come, and at the longest until `limit`. */
export function awaitCompletion(decision: Decision, place: Place, limit: number | undefined): void {
  waitUntil(decision, place, "COMPLETION", nextSignOfLife(decision, place, limit), limit);
}

function waitUntil(
  decision: Decision,
  { step, item }: Place,
  reason: WaitReason,
  until: number | undefined,
  limit?: number,
): void {
  const waiting = { kind: "stepWaiting", step, reason, until } as const;
  record(decision, withItem(limit === undefined ? waiting : { ...waiting, limit }, item));
}

/** Until when the next heartbeat, or the completion, must come; undefined: there is no hurry. */
export function nextSignOfLife(decision: Decision, { step }: Place, limit: number | undefined): number | undefined {
  const pauseMs = decision.plan.steps[step]!.sends?.heartbeatTimeoutMs;
  if (pauseMs === undefined) return limit;
  return Math.min(after(decision, pauseMs), limit ?? Number.POSITIVE_INFINITY);
}

/** The completion of a call, or a heartbeat, did not come in time: it may have been applied. */
export function completionTimeout(decision: Decision, { step }: Place, { wait }: CallState): Outcome {
  const wasAlive = wait?.limit !== undefined && wait.until !== undefined && wait.until >= wait.limit;
  const failure = completionTimeoutFailure(decision.plan.steps[step]!.step.name, wasAlive);
  return { kind: "failed", effect: "unknown", retry: true, retryAfterMs: undefined, failure };
}
