import type { Plan, PlannedStep } from "../definition/types.ts";
import { isCallActive, isDoing, isFailed, type Place, someCall } from "./calls.ts";
import { isUndone } from "./failure.ts";
import type { CallState, Failure, SagaState, StepState } from "./state.ts";

/** What the definition wants done about a step that failed for good. */
export type Verdict = "compensate" | "continue" | "suspend";

/**
 * `retry` comes here only with what no retry can mend: a refusal or an expression that cannot be evaluated. A pivot
 * that may have been applied never decides the direction, and after the pivot nothing leads back. A Do that was refused
 * because it was undone before tells that the saga had turned round, whatever the definition says.
 */
export function verdictOn({ step, afterPivot }: PlannedStep, { unknown, failure }: CallState): Verdict {
  if (step.pivot && unknown) return "suspend";
  const wanted = isUndone(failure) ? "compensate" : step.onFailure;
  return wanted === "retry" || (wanted === "compensate" && afterPivot) ? "suspend" : wanted;
}

/**
 * Whether the saga goes back to an earlier step over this failure, before any verdict. Not over a step that was done and
 * could not be made sure of after a loss of the store: what ran after it may be past the pivot.
 */
export function goesBack({ goBack }: PlannedStep, step: StepState, failure: Failure | undefined): boolean {
  if (goBack === undefined || failure === undefined || isUndone(failure)) return false;
  if (step.returns >= goBack.times || step.output !== undefined) return false;
  return goBack.codes.length === 0 || goBack.codes.includes(failure.code);
}

/** Whether the steps after this one may start, as far as it is concerned. */
export function isOver(planned: PlannedStep, step: StepState): boolean {
  return !step.reverting && isCallOver(planned, step);
}

/** Whether the step is over as far as this item is concerned. */
export function isItemOver(planned: PlannedStep, step: StepState, item: CallState): boolean {
  return (
    item.nextInput === undefined && isCallOver(planned, item) && !(isFailed(item) && failsStep(planned, step, item))
  );
}

/** As far as this call is concerned the saga goes on. */
export function isPlaceOver(plan: Plan, state: SagaState, { step, item }: Place): boolean {
  const planned = plan.steps[step]!;
  const found = state.steps[step]!;
  return isOver(planned, found) || (item !== undefined && isItemOver(planned, found, found.items![item]!));
}

function isCallOver(planned: PlannedStep, call: CallState): boolean {
  if (call.status === "DONE" || call.status === "SKIPPED") return true;
  return isFailed(call) && verdictOn(planned, call) === "continue";
}

function failsStep(planned: PlannedStep, step: StepState, item: CallState): boolean {
  return goesBack(planned, step, item.failure) || verdictOn(planned, item) === "compensate";
}

/** An item failed for good, and the step with it: no further items start, and none is tried again. */
export function isStopping(planned: PlannedStep, step: StepState): boolean {
  if (step.items === undefined) return false;
  return step.items.some((item) => isFailed(item) && item.nextInput === undefined && failsStep(planned, step, item));
}

/** What happens to this call is part of undoing it. */
export function isBackward(state: SagaState, { step, item }: Place): boolean {
  const found = state.steps[step]!;
  if (isStepBackward(state, found)) return true;
  return item !== undefined && found.items?.[item]?.nextInput !== undefined;
}

export function isStepBackward({ direction }: SagaState, { reverting }: StepState): boolean {
  return reverting || direction === "backward";
}

/** The Do of this call is not tried again: how it ends is how it ended. */
export function isEnding(plan: Plan, state: SagaState, place: Place): boolean {
  if (isBackward(state, place)) return true;
  return place.item !== undefined && isStopping(plan.steps[place.step]!, state.steps[place.step]!);
}

export function isAllOver(plan: Plan, state: SagaState): boolean {
  return plan.steps.every((planned, i) => isOver(planned, state.steps[i]!));
}

/** The saga goes only forward from here. A pivot that is made sure of after a loss of the store is done until it is refused. */
export function isPastPivot(plan: Plan, state: SagaState): boolean {
  if (plan.pivot === undefined) return false;
  const { status, output, reverting } = state.steps[plan.pivot]!;
  return status === "DONE" || (output !== undefined && status !== "REJECTED" && status !== "SKIPPED" && !reverting);
}

/** The pivot may or may not have been applied: neither direction can be chosen. */
export function isPivotOpen(plan: Plan, state: SagaState): boolean {
  if (plan.pivot === undefined) return false;
  const { status, wait, unknown, reverting } = state.steps[plan.pivot]!;
  if (reverting || status === "PENDING" || status === "DONE" || status === "SKIPPED") return false;
  return status === "RUNNING" || wait?.reason === "COMPLETION" || unknown;
}

/** Tells of a step whether its effects, and every effect of the steps after it, are gone: in that order (I2). */
export function createUndoOrder(plan: Plan, state: SagaState) {
  const gone: (boolean | undefined)[] = [];
  const isTurnOf = (step: number): boolean => plan.steps[step]!.before.every(isGone);
  function isGone(step: number): boolean {
    const found = state.steps[step]!;
    gone[step] ??= !found.armed && !hasDoubtfulRound(state, found) && !someCall(found, isDoing) && isTurnOf(step);
    return gone[step];
  }
  return {
    /** It may be undone: nothing that ran after it is left. */
    isTurnOf,
    isGone,
  };
}

/** A further round of it is to be undone, begun or not. While the saga goes forward the step may yet come to it. */
export function hasDoubtfulRound({ direction }: SagaState, { doubtfulRounds }: StepState): boolean {
  return direction === "backward" && doubtfulRounds > 0;
}

/** An Undo that a person must see to keeps its place: what ran before it waits. */
export function takesUndoSlot(item: CallState): boolean {
  return isCallActive(item) || (item.status === "SUSPENDED" && item.direction === "backward");
}

export function concurrencyOf({ step }: PlannedStep): number {
  return step.kind === "for_each" ? step.concurrency : 1;
}
