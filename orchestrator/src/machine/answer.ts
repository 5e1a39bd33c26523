import type { Plan } from "../definition/types.ts";
import { backoffMs } from "./backoff.ts";
import { type Decision, stepAt } from "./decision.ts";
import type { HistoryEvent } from "./effect.ts";
import type { Outcome, SendRef } from "./event.ts";
import { failureIn, lostFailure } from "./failure.ts";
import { verdictOn } from "./order.ts";
import type { Failure, SagaState } from "./state.ts";

/** What the answer to a Do means by itself, whatever the saga's status. */
export function doAnswered(decision: Decision, ref: SendRef, outcome: Outcome): HistoryEvent[] {
  const { planned, step } = stepAt(decision, ref.step);
  switch (outcome.kind) {
    case "done":
      return [{ kind: "stepDone", step: ref.step, output: outcome.output }];
    case "rejected": {
      const failure = failureIn(planned.step.name, outcome.failure);
      const rejected: HistoryEvent = { kind: "stepRejected", step: ref.step, failure };
      return [rejected, ...suspensionOf(decision, ref.step, step.unknown, failure)];
    }
    case "failed": {
      const failure = failureIn(planned.step.name, outcome.failure);
      const unknown = step.unknown || outcome.effect === "unknown";
      const nextAttemptAt = nextDoAt(decision, ref, outcome, unknown);
      const failed: HistoryEvent = {
        kind: "stepFailed",
        step: ref.step,
        failure,
        effect: outcome.effect,
        nextAttemptAt,
      };
      return nextAttemptAt === undefined ? [failed, ...suspensionOf(decision, ref.step, unknown, failure)] : [failed];
    }
    default:
      return [waitFor(decision, ref, outcome)];
  }
}

/** What the answer to an Undo means. A refusal, and a failure that is not tried again, leave the step to a person. */
export function undoAnswered(decision: Decision, ref: SendRef, outcome: Outcome): HistoryEvent[] {
  const { undo, name } = stepAt(decision, ref.step).planned.step;
  switch (outcome.kind) {
    case "done":
      return [{ kind: "stepUndone", step: ref.step }];
    case "rejected":
    case "failed": {
      const failure = failureIn(name, outcome.failure);
      const again =
        outcome.kind === "failed" && outcome.retry && undo !== undefined && ref.attempt < undo.retry.maxAttempts;
      const nextAttemptAt = again
        ? decision.now + backoffMs(undo.retry, decision.state.seed, ref, outcome.retryAfterMs)
        : undefined;
      const failed: HistoryEvent = { kind: "undoFailed", step: ref.step, failure, nextAttemptAt };
      return again ? [failed] : [failed, { kind: "stepSuspended", step: ref.step, failure }];
    }
    default:
      return [waitFor(decision, ref, outcome)];
  }
}

function waitFor({ now }: Decision, { step }: SendRef, outcome: Outcome & { kind: "held" | "pending" }): HistoryEvent {
  return outcome.kind === "held"
    ? { kind: "stepWaiting", step, reason: "BREAKER", until: now + outcome.retryAfterMs }
    : { kind: "stepWaiting", step, reason: "COMPLETION", until: undefined };
}

/**
 * When the Do is tried again; undefined: it failed for good. A pivot that may have been applied is tried again as long
 * as it has attempts, even where the answer says that trying is no use: no direction can be chosen without its outcome.
 */
function nextDoAt(
  decision: Decision,
  ref: SendRef,
  failed: Outcome & { kind: "failed" },
  unknown: boolean,
): number | undefined {
  const { state, now } = decision;
  if (state.direction === "backward") return undefined;
  const { retry, onFailure, pivot } = stepAt(decision, ref.step).planned.step;
  const isUseful = failed.retry || (pivot && unknown);
  const again = onFailure === "retry" || (isUseful && ref.attempt < retry.maxAttempts);
  return again ? now + backoffMs(retry, state.seed, ref, failed.retryAfterMs) : undefined;
}

/** A step that failed for good waits for a person where its definition says so. */
export function suspensionOf(decision: Decision, step: number, unknown: boolean, failure: Failure): HistoryEvent[] {
  const verdict = verdictOn(decision.plan.steps[step]!, unknown);
  return decision.state.direction === "forward" && verdict === "suspend"
    ? [{ kind: "stepSuspended", step, failure }]
    : [];
}

/** Dos in flight whose answers are lost and that may not be sent again: each may have been applied. */
export function dosLost(plan: Plan, state: SagaState): HistoryEvent[] {
  return plan.steps
    .filter(({ index }) => state.steps[index]!.status === "RUNNING")
    .map(({ index, step }) => ({
      kind: "stepFailed",
      step: index,
      failure: lostFailure(step.name),
      effect: "unknown",
      nextAttemptAt: undefined,
    }));
}
