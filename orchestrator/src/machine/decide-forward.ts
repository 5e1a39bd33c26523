import { isActive, isDue, isReverting } from "./calls.ts";
import { type Decision, record } from "./decision.ts";
import { expire } from "./expire.ts";
import { forgetLost } from "./fail.ts";
import { expressionFailure, stuckFailure } from "./failure.ts";
import { endItems, startItems } from "./items.ts";
import { isAllOver, isPastPivot, isPivotOpen } from "./order.ts";
import { isReady, prepareSteps } from "./prepare.ts";
import { isDeadlineAhead } from "./query.ts";
import { beginRounds } from "./rounds.ts";
import type { StepState } from "./state.ts";
import { undoSteps } from "./undo.ts";

/** What is possible now, while the saga is RUNNING: finish, turn round, start and restart steps, go back, or suspend. */
export function goForward(decision: Decision): void {
  const { state, now } = decision;
  let ready: ReadonlyMap<number, string> | undefined;
  do {
    if (finish(decision)) return;
    if (isDeadlineAhead(state) && state.deadlineAt! <= now) record(decision, { kind: "deadlinePassed" });
    if (turnRound(decision) || state.blocked) return;
    forgetLost(decision);
    if (state.steps.some(isUnderWay)) {
      expire(decision);
      for (let i = 0; i < state.steps.length; i++) endItems(decision, i);
      if (turnRound(decision)) return;
    }
    // All inputs are evaluated before the first step starts: one of them may turn the saga round (I3).
    ready = prepareSteps(decision);
    if (turnRound(decision)) return;
  } while (state.steps.some(isReverting) && goBack(decision));
  startSteps(decision, ready);
  if (state.steps.some(isActive) || finish(decision)) return;
  record(decision, { kind: "sagaSuspended", failure: stuckFailure(state) });
}

/** A cancel that came together with the last answer was accepted, so it holds. */
function finish(decision: Decision): boolean {
  const { plan, state, scope } = decision;
  if (state.turning !== undefined || !isAllOver(plan, state)) return false;
  const finished = { kind: "sagaFinished", status: "COMPLETED" } as const;
  if (plan.output === undefined) {
    record(decision, finished);
    return true;
  }
  try {
    record(decision, { ...finished, output: plan.output(scope) });
  } catch (thrown) {
    // All is done, so it is complete; only what it was to give cannot be told.
    record(decision, { ...finished, failure: expressionFailure(undefined, thrown) });
  }
  return true;
}

function turnRound(decision: Decision): boolean {
  const { plan, state } = decision;
  if (state.turning === undefined || isPivotOpen(plan, state) || isPastPivot(plan, state)) return false;
  record(decision, { kind: "compensationStarted", failure: state.turning });
  return true;
}

function startSteps(decision: Decision, ready: ReadonlyMap<number, string> | undefined): void {
  const { plan, state, now } = decision;
  for (let i = 0; i < plan.steps.length; i++) {
    const step = state.steps[i]!;
    const input = ready?.get(i);
    if (step.items !== undefined) startItems(decision, i);
    else if (step.reverting) continue;
    else if (input === undefined && isDue(step, now)) {
      record(decision, { kind: "stepStarted", step: i, attempt: step.attempt + 1 });
    } else if (input !== undefined && isReady(decision, plan.steps[i]!)) {
      record(decision, { kind: "stepStarted", step: i, attempt: 1, input });
    }
  }
}

/** Undoes what reverts. Gives whether steps begin anew, so that there is more to do. */
function goBack(decision: Decision): boolean {
  forgetLost(decision);
  undoSteps(decision);
  return beginRounds(decision);
}

/** Time, or its items, may end it. */
function isUnderWay({ wait, items }: StepState): boolean {
  return wait !== undefined || items !== undefined;
}
