import type { Plan } from "../definition/types.ts";
import type { HistoryEvent } from "./effect.ts";
import { evolveStep, recovered, type StepChange, type StepEvent, stopped } from "./evolve-step.ts";
import { cancelledFailure, deadlineFailure } from "./failure.ts";
import { isPastPivot, verdictOn } from "./order.ts";
import type { SagaState } from "./state.ts";

/** A state being made out of `origin`. Steps and lists that do not change stay the very objects they were. */
export interface Draft {
  readonly origin: SagaState;
  readonly saga: { -readonly [K in keyof SagaState]: SagaState[K] };
}

export function draftOf(origin: SagaState): Draft {
  return { origin, saga: { ...origin } };
}

/** The state after one event of the history. */
export function evolve(plan: Plan, state: SagaState, event: HistoryEvent, at: number): SagaState {
  const draft = draftOf(state);
  apply(plan, draft, event, at);
  return draft.saga;
}

/** `evolve` in place: the only function that changes a draft, so that the history tells all there is (I6). */
export function apply(plan: Plan, draft: Draft, event: HistoryEvent, at: number): void {
  const { saga } = draft;
  switch (event.kind) {
    case "sagaStarted":
      return;
    case "compensationStarted":
      saga.status = "COMPENSATING";
      saga.direction = "backward";
      saga.failure = event.failure;
      saga.turning = undefined;
      for (let i = 0; i < saga.steps.length; i++) changeStep(draft, i, stopped(saga.steps[i]!, at));
      return;
    case "sagaSuspended":
      saga.status = "SUSPENDED";
      saga.failure = event.failure;
      return;
    case "sagaResumed":
      saga.status = saga.direction === "forward" ? "RUNNING" : "COMPENSATING";
      saga.failure = undefined;
      return;
    case "sagaFinished":
      saga.status = event.status;
      saga.finishedAt = at;
      return;
    case "operatorActed":
      if (event.verb === "CancelSaga") saga.turning = cancelledFailure(event);
      return;
    case "deadlinePassed":
      if (isPastPivot(plan, saga)) saga.overdue = true;
      else saga.turning = deadlineFailure();
      return;
    case "recovered":
      for (let i = 0; i < saga.steps.length; i++) {
        changeStep(draft, i, recovered(saga.steps[i]!, saga.status === "SUSPENDED", at));
      }
      return;
    default:
      changeStep(
        draft,
        event.step,
        evolveStep(plan.steps[event.step]!, saga.steps[event.step]!, event, saga.direction, at),
      );
      if (saga.direction === "forward") evolveDirection(plan, draft, event);
  }
}

/** A step that failed for good may ask for compensation; a pivot that is done refuses it, whoever asked. */
function evolveDirection(plan: Plan, { saga }: Draft, event: StepEvent): void {
  const failed = event.kind === "stepRejected" || (event.kind === "stepFailed" && event.nextAttemptAt === undefined);
  if (failed && verdictOn(plan.steps[event.step]!, saga.steps[event.step]!.unknown) === "compensate") {
    saga.turning ??= event.failure;
  }
  if (event.kind === "stepDone" && event.step === plan.pivot) {
    if (saga.turning?.kind === "DEADLINE") saga.overdue = true;
    saga.turning = undefined;
  }
}

function changeStep({ origin, saga }: Draft, index: number, change: StepChange | undefined): void {
  if (change === undefined) return;
  if (saga.steps === origin.steps) saga.steps = origin.steps.slice();
  (saga.steps as SagaState["steps"][number][])[index] = { ...saga.steps[index]!, ...change };
}
