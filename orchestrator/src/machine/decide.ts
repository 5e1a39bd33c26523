import type { CallRule, Plan } from "../definition/types.ts";
import { recordAnswer } from "./answer.ts";
import { callAt, isAccepted, isCallInFlight, isInFlight } from "./calls.ts";
import { decideCompletion, decideHeartbeat } from "./decide-completion.ts";
import { decideSignal } from "./decide-signal.ts";
import { decideVerb } from "./decide-verb.ts";
import { type Decision, record } from "./decision.ts";
import type { Refusal } from "./effect.ts";
import type { Outcome, SagaEvent, SendRef } from "./event.ts";
import { loseDos } from "./fail.ts";
import { quarantineFailure } from "./failure.ts";
import { isEnding } from "./order.ts";
import { isFinal, type SagaState } from "./state.ts";

/** Records an event and what it means by itself; what becomes possible through it is decided afterwards. */
export function decide(decision: Decision, event: SagaEvent): Refusal {
  const { state } = decision;
  switch (event.kind) {
    case "answered":
      if (isAwaited(state, event.ref, event.outcome)) recordAnswer(decision, event.ref, event.outcome);
      return undefined;
    case "woken":
      return undefined;
    case "recovered":
      decideRecovered(decision);
      return undefined;
    case "quarantined":
      if (!isFinal(state.status) && state.status !== "SUSPENDED") {
        record(decision, { kind: "sagaSuspended", failure: quarantineFailure(event.crashes) });
      }
      return undefined;
    case "rolledBack":
      if (!isFinal(state.status)) {
        record(decision, { kind: "storeRolledBack", until: event.since + longestAttemptMs(decision.plan) });
      }
      return undefined;
    case "lockGranted":
      if (!isFinal(state.status) && state.blocked) record(decision, { kind: "lockGranted" });
      return undefined;
    case "signal":
      return decideSignal(decision, event);
    case "complete":
      return decideCompletion(decision, event);
    case "heartbeat":
      return decideHeartbeat(decision, event);
    default:
      return decideVerb(decision, event);
  }
}

/** While the saga is suspended what was in flight waits to be sent again, but for Dos that are to be undone. */
function decideRecovered(decision: Decision): void {
  const { plan, state } = decision;
  if (isFinal(state.status) || !state.steps.some(isInFlight)) return;
  if (state.status === "SUSPENDED") loseDos(decision, (place) => isEnding(plan, state, place));
  record(decision, { kind: "recovered" });
}

/** An answer is stale unless the very send it names is in flight, or was accepted and its completion is awaited. */
function isAwaited(state: SagaState, ref: SendRef, outcome: Outcome): boolean {
  if (isFinal(state.status)) return false;
  const call = callAt(state, ref);
  if (call === undefined) return false;
  if (call.direction !== ref.direction || call.round !== ref.round || call.attempt !== ref.attempt) return false;
  if (isCallInFlight(call)) return true;
  const isCompletion = outcome.kind !== "pending" && outcome.kind !== "held";
  return isCompletion && isAccepted(call);
}

/** A call that was sent is over after that, whoever sent it. */
function longestAttemptMs(plan: Plan): number {
  const undoMs = plan.steps.map(({ sends }) => sends?.undo?.timeoutMs ?? 0);
  const doMs = plan.steps.map(({ step }) => {
    const rule: Partial<CallRule> = step.kind === "for_each" ? step.call : step.kind === "call" ? step : {};
    return rule.timeoutMs ?? 0;
  });
  return Math.max(0, ...doMs, ...undoMs);
}
