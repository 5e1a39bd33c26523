import { decideResolve, decideRetry, decideSkip } from "./decide-step-verb.ts";
import { createDecision, type Decision, record } from "./decision.ts";
import type { HistoryEvent, Refusal } from "./effect.ts";
import type { Verb } from "./event.ts";
import { loseDos } from "./fail.ts";
import { cancelledFailure, suspendedFailure } from "./failure.ts";
import { isHeld } from "./hold.ts";
import { isPastPivot, isPivotOpen } from "./order.ts";
import { settle } from "./settle.ts";
import { isFinal } from "./state.ts";

/** What a person asks of a saga, or a parent of its child. */
export function decideVerb(decision: Decision, verb: Verb): Refusal {
  const { state } = decision;
  if (verb.kind === "compensate" && isFinal(state.status)) return decideTakeBack(decision, verb);
  if (isFinal(state.status)) return "SAGA_FINAL";
  switch (verb.kind) {
    case "cancel":
      return decideCancel(decision, verb);
    case "compensate":
      return decideCompensate(decision, verb);
    case "suspend":
      return decideSuspend(decision, verb);
    case "resume":
      return decideResume(decision, verb);
    case "abandon":
      return decideAbandon(decision, verb);
    case "retry":
      return decideRetry(decision, verb);
    case "skip":
      return decideSkip(decision, verb);
    case "resolve":
      return decideResolve(decision, verb);
  }
}

function acted({ identity, reason }: Verb, verb: string): HistoryEvent {
  return { kind: "operatorActed", verb, step: undefined, identity, reason };
}

/** A cancel that meets an open pivot is accepted, and takes effect if the pivot turns out not to be done. */
function decideCancel(decision: Decision, verb: Verb): Refusal {
  const { plan, state } = decision;
  if (state.direction === "backward") return state.status === "SUSPENDED" ? "COMPENSATING" : undefined;
  if (isPastPivot(plan, state)) return "PAST_PIVOT";
  if (state.turning !== undefined && state.status !== "SUSPENDED") return undefined;
  record(decision, acted(verb, "CancelSaga"));
  // A person decided, even where the pivot is open.
  if (state.status === "SUSPENDED") turnSuspended(decision);
  return undefined;
}

/** A parent's wish weighs less than a person's: it neither ends a person's hold nor guesses about a pivot. */
function decideCompensate(decision: Decision, verb: Verb): Refusal {
  const { plan, state } = decision;
  if (state.direction === "backward") return undefined;
  if (isPastPivot(plan, state)) return "PAST_PIVOT";
  if (state.turning === undefined) record(decision, acted(verb, "CompensateSaga"));
  if (state.status === "SUSPENDED" && !isHeld(state) && !isPivotOpen(plan, state)) turnSuspended(decision);
  return undefined;
}

/** Calls in flight are not waited for: nobody may be listening. */
function turnSuspended(decision: Decision): void {
  const { turning } = decision.state;
  loseDos(decision, () => true);
  record(decision, { kind: "sagaResumed" });
  record(decision, { kind: "compensationStarted", failure: turning! });
}

/** A saga that is complete is compensated after all. */
function decideTakeBack(decision: Decision, verb: Verb): Refusal {
  const { plan, state } = decision;
  if (state.status !== "COMPLETED") return undefined;
  if (isPastPivot(plan, state)) return "PAST_PIVOT";
  record(decision, acted(verb, "CompensateSaga"));
  record(decision, { kind: "compensationStarted", failure: cancelledFailure(verb) });
  return undefined;
}

function decideSuspend(decision: Decision, verb: Verb): Refusal {
  if (isHeld(decision.state)) return "SUSPENDED_ALREADY";
  record(decision, acted(verb, "SuspendSaga"));
  record(decision, { kind: "sagaSuspended", failure: suspendedFailure(verb) });
  return undefined;
}

/** Where it would be suspended again at once there is something else to be done first. */
function decideResume(decision: Decision, verb: Verb): Refusal {
  const { plan, state, now } = decision;
  if (state.status !== "SUSPENDED") return "NOT_SUSPENDED";
  const trial = createDecision(plan, state, now);
  record(trial, { kind: "sagaResumed" });
  settle(trial);
  if (trial.state.status === "SUSPENDED" && trial.history.length === 2) return "STEP_NEEDS_DECISION";
  record(decision, acted(verb, "ResumeSaga"));
  record(decision, { kind: "sagaResumed" });
  return undefined;
}

/** A person accepts the saga as it is. */
function decideAbandon(decision: Decision, verb: Verb): Refusal {
  const { failure, suspension } = decision.state;
  const why = failure ?? suspension?.failure;
  record(decision, acted(verb, "AbandonSaga"));
  record(decision, {
    kind: "sagaFinished",
    status: "ABANDONED",
    ...(why === undefined ? undefined : { failure: why }),
  });
  return undefined;
}
