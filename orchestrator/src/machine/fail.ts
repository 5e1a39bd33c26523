import { eachCall, type Place, withItem } from "./calls.ts";
import { callOf, type Decision, isRecovered, record } from "./decision.ts";
import { lostFailure } from "./failure.ts";
import { goesBack, isEnding, isPastPivot, verdictOn } from "./order.ts";
import type { Failure } from "./state.ts";

/** Records that a Do, or what comes before it, failed for good, and what follows from that at once. */
export function failForGood(
  decision: Decision,
  place: Place,
  failure: Failure,
  how: "rejected" | "none" | "unknown",
): void {
  const { step, item } = place;
  if (how === "rejected") {
    record(decision, withItem({ kind: "stepRejected", step, failure }, item));
  } else {
    record(decision, withItem({ kind: "stepFailed", step, failure, effect: how, nextAttemptAt: undefined }, item));
  }
  followFailure(decision, place);
}

/** The saga goes back to an earlier step, or a person must decide; or it goes on, or turns round, when it next moves. */
export function followFailure(decision: Decision, { step: index, item }: Place): void {
  const { plan, state } = decision;
  const planned = plan.steps[index]!;
  const call = callOf(decision, { step: index, item });
  const { failure } = call;
  // An item that ends its step leaves it to the step to go back or turn round, once the others have settled.
  if (failure === undefined || isEnding(plan, state, { step: index, item })) return;
  if (goesBack(planned, state.steps[index]!, failure)) {
    record(decision, { kind: "goingBack", step: index, to: planned.goBack!.to, failure });
    return;
  }
  const verdict = verdictOn(planned, call);
  if (verdict === "suspend" || (verdict === "compensate" && isPastPivot(plan, state))) {
    record(decision, withItem({ kind: "stepSuspended", step: index, failure }, item));
  }
}

/** Whoever sent these Dos is gone, and a Do is not sent again where it is to be undone (I3). */
export function forgetLost(decision: Decision): void {
  const { plan, state, history } = decision;
  if (isRecovered(history)) loseDos(decision, (place) => isEnding(plan, state, place));
}

/** Dos in flight whose answers are lost and that are not sent again: each may have been applied. */
export function loseDos(decision: Decision, isLost: (place: Place) => boolean): void {
  const lost: Place[] = [];
  eachCall(decision.state, ({ status }, step, item) => {
    if (status === "RUNNING" && isLost({ step, item })) lost.push({ step, item });
  });
  for (const { step, item } of lost) {
    const failure = lostFailure(decision.plan.steps[step]!.step.name);
    record(
      decision,
      withItem({ kind: "stepFailed", step, failure, effect: "unknown", nextAttemptAt: undefined }, item),
    );
  }
}
