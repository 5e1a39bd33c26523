import type { Plan, PlannedStep } from "../definition/types.ts";
import type { SagaState, StepState } from "./state.ts";

/** What the definition wants done about a step that failed for good. */
export type Verdict = "compensate" | "continue" | "suspend";

/**
 * `retry` comes here only with what no retry can mend: a refusal or an expression that cannot be evaluated. A pivot
 * that may have been applied never decides the direction, and after the pivot nothing leads back.
 */
export function verdictOn({ step, afterPivot }: PlannedStep, unknown: boolean): Verdict {
  if (step.pivot && unknown) return "suspend";
  if (step.onFailure === "retry" || (step.onFailure === "compensate" && afterPivot)) return "suspend";
  return step.onFailure;
}

/** Whether the steps after this one may start, as far as it is concerned. */
export function isOver(planned: PlannedStep, step: StepState): boolean {
  switch (step.status) {
    case "DONE":
    case "SKIPPED":
      return true;
    case "FAILED":
    case "REJECTED":
      return verdictOn(planned, step.unknown) === "continue";
    default:
      return false;
  }
}

export function isAllOver(plan: Plan, state: SagaState): boolean {
  return plan.steps.every((planned, i) => isOver(planned, state.steps[i]!));
}

/** The saga goes only forward from here. */
export function isPastPivot(plan: Plan, state: SagaState): boolean {
  return plan.pivot !== undefined && state.steps[plan.pivot]!.status === "DONE";
}

/** The pivot may or may not have been applied: neither direction can be chosen. */
export function isPivotOpen(plan: Plan, state: SagaState): boolean {
  if (plan.pivot === undefined) return false;
  const { status, wait, unknown } = state.steps[plan.pivot]!;
  return status === "RUNNING" || wait?.reason === "COMPLETION" || (unknown && status !== "DONE");
}

/** A call of this step awaits its answer. */
export function isInFlight({ status }: StepState): boolean {
  return status === "RUNNING" || status === "UNDOING";
}

/** The step will move by itself or by an answer. */
export function isActive(step: StepState): boolean {
  return isInFlight(step) || step.status === "WAITING";
}

export function isDue({ wait }: StepState, now: number): boolean {
  return wait?.until !== undefined && wait.until <= now;
}

/** Tells of a step whether every effect of the steps after it is gone, so that it may be undone itself (I2). */
export function createUndoOrder(plan: Plan, state: SagaState): (step: number) => boolean {
  const gone: (boolean | undefined)[] = [];
  const allAfterGone = (step: number): boolean => plan.steps[step]!.before.every(isGone);
  function isGone(step: number): boolean {
    const { armed, status } = state.steps[step]!;
    gone[step] ??= !armed && status !== "RUNNING" && allAfterGone(step);
    return gone[step];
  }
  return allAfterGone;
}
