import { backoffMs } from "./backoff.ts";
import { withItem } from "./calls.ts";
import { after, callOf, type Decision, record } from "./decision.ts";
import type { Outcome, SendRef } from "./event.ts";
import { failForGood } from "./fail.ts";
import { failureIn } from "./failure.ts";
import { isEnding } from "./order.ts";
import { recordWait } from "./wait.ts";

/** Records what the answer to a call means by itself, whatever the saga's status. */
export function recordAnswer(decision: Decision, ref: SendRef, outcome: Outcome): void {
  if (outcome.kind === "held" || outcome.kind === "pending") recordWait(decision, ref, outcome);
  else if (ref.direction === "forward") doAnswered(decision, ref, outcome);
  else undoAnswered(decision, ref, outcome);
}

type Definite = Exclude<Outcome, { readonly kind: "held" | "pending" }>;
type Failed = Outcome & { readonly kind: "failed" };

function doAnswered(decision: Decision, ref: SendRef, outcome: Definite): void {
  if (outcome.kind === "done") {
    record(decision, withItem({ kind: "stepDone", step: ref.step, output: outcome.output }, ref.item));
    return;
  }
  const failure = failureIn(decision.plan.steps[ref.step]!.step.name, outcome.failure);
  if (outcome.kind === "rejected") {
    failForGood(decision, ref, failure, "rejected");
    return;
  }
  const { effect } = outcome;
  const nextAttemptAt = nextDoAt(decision, ref, outcome);
  if (nextAttemptAt === undefined) failForGood(decision, ref, failure, effect);
  else record(decision, withItem({ kind: "stepFailed", step: ref.step, failure, effect, nextAttemptAt }, ref.item));
}

/** What the answer to an Undo means. A refusal, and a failure that is not tried again, leave the step to a person. */
function undoAnswered(decision: Decision, ref: SendRef, outcome: Definite): void {
  const { step, item } = ref;
  if (outcome.kind === "done") {
    record(decision, withItem({ kind: "stepUndone", step }, item));
    return;
  }
  const failure = failureIn(decision.plan.steps[step]!.step.name, outcome.failure);
  const nextAttemptAt = outcome.kind === "failed" ? nextUndoAt(decision, ref, outcome) : undefined;
  record(decision, withItem({ kind: "undoFailed", step, failure, nextAttemptAt }, item));
  if (nextAttemptAt === undefined) record(decision, withItem({ kind: "stepSuspended", step, failure }, item));
}

/**
 * When the Do is tried again; undefined: it failed for good. A pivot that may have been applied is tried again as long
 * as it has attempts, even where the answer says that trying is no use: no direction can be chosen without its outcome.
 * A child saga is asked for as often as it takes, as nobody but the orchestrator itself answers there.
 */
function nextDoAt(decision: Decision, ref: SendRef, failed: Failed): number | undefined {
  const { plan, state } = decision;
  const { step, sends } = plan.steps[ref.step]!;
  if (sends === undefined || isEnding(plan, state, ref)) return undefined;
  const unknown = callOf(decision, ref).unknown || failed.effect === "unknown";
  const isUseful = failed.retry || (step.pivot && unknown);
  const hasAttempts = ref.attempt < sends.retry.maxAttempts || step.kind === "saga";
  if (step.onFailure !== "retry" && !(isUseful && hasAttempts)) return undefined;
  return after(decision, backoffMs(sends.retry, state.seed, ref, failed.retryAfterMs));
}

function nextUndoAt(decision: Decision, ref: SendRef, failed: Failed): number | undefined {
  const { step, sends } = decision.plan.steps[ref.step]!;
  const retry = sends?.undo?.retry;
  if (retry === undefined || !failed.retry) return undefined;
  if (ref.attempt >= retry.maxAttempts && step.kind !== "saga") return undefined;
  return after(decision, backoffMs(retry, decision.state.seed, ref, failed.retryAfterMs));
}
