import type { Plan } from "../definition/types.ts";
import { changedItems, clockOf, isFailed } from "./calls.ts";
import type { HistoryEvent, StepEvent } from "./effect.ts";
import { recovered } from "./evolve-call.ts";
import { stoppedStep } from "./evolve-items.ts";
import { spreadReverting } from "./evolve-revert.ts";
import { doubtedStep, doubtfulRoundsOf } from "./evolve-rollback.ts";
import { doubtfulRound, nextRound } from "./evolve-round.ts";
import { evolveStep } from "./evolve-step.ts";
import { cancelledFailure, deadlineFailure } from "./failure.ts";
import { pendingCall } from "./initial.ts";
import { goesBack, isPastPivot, verdictOn } from "./order.ts";
import type { CallState, SagaState, StepState } from "./state.ts";

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
      saga.suspension = undefined;
      saga.turning = undefined;
      saga.finishedAt = undefined;
      saga.output = undefined;
      changeSteps(draft, (step) => {
        const change = stoppedStep(step, at);
        return step.reverting ? { ...change, reverting: false, nextInput: undefined } : change;
      });
      return;
    case "sagaSuspended":
      saga.status = "SUSPENDED";
      saga.suspension = { failure: event.failure, since: saga.suspension?.since ?? at };
      return;
    case "sagaResumed":
      resume(draft, at);
      return;
    case "sagaFinished":
      saga.status = event.status;
      saga.finishedAt = at;
      saga.output = event.output;
      saga.failure = event.failure ?? saga.failure;
      saga.suspension = undefined;
      saga.turning = undefined;
      return;
    case "operatorActed":
      if (event.verb === "CancelSaga" || event.verb === "CompensateSaga") saga.turning = cancelledFailure(event);
      return;
    case "deadlinePassed":
      if (isPastPivot(plan, saga)) saga.overdue = true;
      else saga.turning = deadlineFailure();
      return;
    case "signalReceived":
      saga.signals = [...saga.signals, { name: event.name, payload: event.payload, at }];
      return;
    case "signalTaken":
      saga.signals = saga.signals.toSpliced(event.place, 1);
      return;
    case "lockGranted":
      saga.blocked = false;
      return;
    case "itemsListed":
      changeStep(draft, event.step, listed(saga.steps[event.step]!, event.inputs, saga.direction === "forward", at));
      return;
    case "goingBack": {
      const { returns } = saga.steps[event.step]!;
      changeStep(draft, event.step, { returns: returns + 1 });
      revert(plan, draft, at, event.to);
      return;
    }
    case "roundStarted":
      for (const index of event.steps) {
        const step = saga.steps[index]!;
        changeStep(draft, index, saga.direction === "forward" ? nextRound(step, step.nextInput) : doubtfulRound(step));
      }
      return;
    case "recovered": {
      const clock = clockOf(saga, at);
      const isSuspended = saga.status === "SUSPENDED";
      changeSteps(draft, (step) => changeCalls(step, (call) => recovered(call, isSuspended, clock)));
      return;
    }
    case "storeRolledBack":
      rollBack(plan, draft, event.until, at);
      return;
    case "quietOver":
      saga.quietUntil = undefined;
      return;
    default:
      changeStep(draft, event.step, evolveStep(plan, saga, event, at));
      if (event.kind === "stepRetried") revert(plan, draft, at);
      if (saga.direction === "forward") evolveDirection(plan, draft, event);
  }
}

/** Whatever was to happen happens as much later as the clock stood still (I8). */
function resume(draft: Draft, at: number): void {
  const { saga } = draft;
  const late = at - clockOf(saga, at);
  saga.status = saga.direction === "forward" ? "RUNNING" : "COMPENSATING";
  saga.suspension = undefined;
  if (late === 0) return;
  if (saga.deadlineAt !== undefined) saga.deadlineAt += late;
  changeSteps(draft, (step) =>
    changeCalls(step, ({ wait }) => {
      if (wait?.until === undefined) return undefined;
      const until = wait.until + late;
      return { wait: wait.limit === undefined ? { ...wait, until } : { ...wait, until, limit: wait.limit + late } };
    }),
  );
}

function listed(step: StepState, inputs: readonly string[], isForward: boolean, at: number): Partial<StepState> {
  const { round, unknown } = step;
  const armed = step.armed && inputs.length > 0;
  const items = inputs.map((input): CallState => ({ ...pendingCall, round, input, armed, unknown }));
  const status = isForward ? "RUNNING" : "UNDOING";
  return { status, wait: undefined, items, armed, attempt: 0, startedAt: step.startedAt ?? at };
}

/** What reverts takes with it what may have run after it. */
function revert(plan: Plan, draft: Draft, at: number, to?: number): void {
  for (const [step, change] of spreadReverting(plan, draft.saga.steps, at, to)) changeStep(draft, step, change);
}

function rollBack(plan: Plan, draft: Draft, until: number, at: number): void {
  const { saga } = draft;
  saga.quietUntil = until <= at ? undefined : until;
  const clock = clockOf(saga, at);
  for (const { index } of plan.steps) {
    const doubtfulRounds = doubtfulRoundsOf(plan, saga, index);
    const step = doubtedStep(plan.steps[index]!, saga.steps[index]!, saga, clock);
    changeStep(draft, index, { ...step, doubtfulRounds });
  }
  revert(plan, draft, at);
}

/**
 * A step that failed for good may ask for compensation, and a person may take that back by seeing to the step. A
 * pivot that is done refuses it, whoever asked.
 */
function evolveDirection(plan: Plan, { saga }: Draft, event: StepEvent): void {
  const planned = plan.steps[event.step]!;
  const step = saga.steps[event.step]!;
  if (event.step === plan.pivot && step.status === "DONE") {
    if (saga.turning?.kind === "DEADLINE") saga.overdue = true;
    saga.turning = undefined;
  } else if (isFailed(step) && asksToTurn(plan, saga, event.step) && !goesBack(planned, step, step.failure)) {
    saga.turning ??= step.failure;
  } else if (saga.turning?.step === planned.step.name) {
    const other = plan.steps.find(({ index }) => isFailed(saga.steps[index]!) && asksToTurn(plan, saga, index));
    saga.turning = other && saga.steps[other.index]!.failure;
  }
}

function asksToTurn(plan: Plan, saga: SagaState, index: number): boolean {
  const step = saga.steps[index]!;
  return !step.reverting && verdictOn(plan.steps[index]!, step) === "compensate" && !isPastPivot(plan, saga);
}

function changeSteps(draft: Draft, changeOf: (step: StepState) => Partial<StepState> | undefined): void {
  for (let i = 0; i < draft.saga.steps.length; i++) changeStep(draft, i, changeOf(draft.saga.steps[i]!));
}

/** Changes a step, or each of its items. */
function changeCalls(
  step: StepState,
  changeOf: (call: CallState) => Partial<CallState> | undefined,
): Partial<StepState> | undefined {
  if (step.items === undefined) return changeOf(step);
  const items = changedItems(step.items, changeOf);
  return items === step.items ? undefined : { items };
}

function changeStep({ origin, saga }: Draft, index: number, change: Partial<StepState> | undefined): void {
  if (change === undefined) return;
  if (saga.steps === origin.steps) saga.steps = origin.steps.slice();
  (saga.steps as SagaState["steps"][number][])[index] = { ...saga.steps[index]!, ...change };
}
