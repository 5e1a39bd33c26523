import { doAnswered, dosLost, undoAnswered } from "./answer.ts";
import { type Decision, record } from "./decision.ts";
import type { Refusal } from "./effect.ts";
import type { Outcome, SagaCommand, SagaEvent, SendRef } from "./event.ts";
import { quarantineFailure } from "./failure.ts";
import { isInFlight, isPastPivot } from "./order.ts";
import { isFinal, type SagaState } from "./state.ts";

/** Records an event and what it means by itself; what becomes possible through it is decided afterwards. */
export function decide(decision: Decision, event: SagaEvent): Refusal {
  const { state } = decision;
  if (isFinal(state.status)) return event.kind === "cancel" ? "SAGA_FINAL" : undefined;
  switch (event.kind) {
    case "answered":
      if (isAwaited(state, event.ref, event.outcome)) recordAnswer(decision, event.ref, event.outcome);
      return undefined;
    case "woken":
      return undefined;
    case "recovered":
      if (state.steps.some(isInFlight)) record(decision, { kind: "recovered" });
      return undefined;
    case "quarantined":
      if (state.status !== "SUSPENDED") {
        record(decision, { kind: "sagaSuspended", failure: quarantineFailure(event.crashes) });
      }
      return undefined;
    case "cancel":
      return decideCancel(decision, event);
  }
}

function recordAnswer(decision: Decision, ref: SendRef, outcome: Outcome): void {
  const answered = ref.direction === "forward" ? doAnswered : undoAnswered;
  for (const event of answered(decision, ref, outcome)) record(decision, event);
}

/** An answer is stale unless the very send it names is in flight, or was accepted and its completion is awaited. */
function isAwaited({ steps }: SagaState, ref: SendRef, outcome: Outcome): boolean {
  const step = steps[ref.step];
  if (step === undefined) return false;
  if (step.direction !== ref.direction || step.round !== ref.round || step.attempt !== ref.attempt) return false;
  return (
    isInFlight(step) || (step.wait?.reason === "COMPLETION" && outcome.kind !== "pending" && outcome.kind !== "held")
  );
}

/** A cancel that meets an open pivot is accepted, and takes effect if the pivot turns out not to be done. */
function decideCancel(decision: Decision, { identity, reason }: SagaCommand): Refusal {
  const { plan, state } = decision;
  if (state.direction === "backward") return state.status === "SUSPENDED" ? "WRONG_STATE" : undefined;
  if (isPastPivot(plan, state)) return "PAST_PIVOT";
  const suspended = state.status === "SUSPENDED";
  if (state.turning !== undefined && !suspended) return undefined;
  record(decision, { kind: "operatorActed", verb: "CancelSaga", step: undefined, identity, reason });
  if (suspended) {
    // A person decided, even where the pivot is open. Calls in flight are not waited for: nobody may be listening.
    for (const event of dosLost(plan, state)) record(decision, event);
    record(decision, { kind: "compensationStarted", failure: state.turning! });
  }
  return undefined;
}
