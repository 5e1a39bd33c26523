import { suspensionOf } from "./answer.ts";
import { type Decision, record } from "./decision.ts";
import { expressionFailure, stuckFailure } from "./failure.ts";
import { isActive, isAllOver, isDue, isOver, isPivotOpen } from "./order.ts";
import { isDeadlineAhead } from "./query.ts";

/** What is possible now, while the saga is RUNNING: finish, turn round, start and restart steps, or suspend. */
export function goForward(decision: Decision): void {
  const { plan, state, now } = decision;
  if (finish(decision)) return;
  if (isDeadlineAhead(state) && state.deadlineAt! <= now) record(decision, { kind: "deadlinePassed" });
  if (turnRound(decision)) return;
  // All inputs are evaluated before the first step starts: one of them may turn the saga round (I3).
  const ready = prepareSteps(decision);
  if (turnRound(decision)) return;
  for (let i = 0; i < plan.steps.length; i++) {
    const step = state.steps[i]!;
    const input = ready?.get(i);
    if (input !== undefined) record(decision, { kind: "stepStarted", step: i, attempt: 1, input });
    else if (isDue(step, now)) record(decision, { kind: "stepStarted", step: i, attempt: step.attempt + 1 });
  }
  if (state.steps.some(isActive) || finish(decision)) return;
  record(decision, { kind: "sagaSuspended", failure: stuckFailure(state) });
}

/** A cancel that came together with the last answer was accepted, so it holds. */
function finish(decision: Decision): boolean {
  if (decision.state.turning !== undefined || !isAllOver(decision.plan, decision.state)) return false;
  record(decision, { kind: "sagaFinished", status: "COMPLETED" });
  return true;
}

function turnRound(decision: Decision): boolean {
  const { plan, state } = decision;
  if (state.turning === undefined || isPivotOpen(plan, state)) return false;
  record(decision, { kind: "compensationStarted", failure: state.turning });
  return true;
}

/** Skips, fails or prepares every step whose turn has come; gives the inputs of those that may start. */
function prepareSteps(decision: Decision): Map<number, string> | undefined {
  const { plan, state, scope } = decision;
  let ready: Map<number, string> | undefined;
  const open = plan.steps.filter(({ index }) => state.steps[index]!.status === "PENDING");
  for (let at = 0; at < open.length; at++) {
    const planned = open[at]!;
    const { index } = planned;
    if (state.steps[index]!.status !== "PENDING" || ready?.has(index)) continue;
    if (!planned.after.every((before) => isOver(plan.steps[before]!, state.steps[before]!))) continue;
    try {
      if (planned.when === undefined || planned.when(scope)) {
        const input = planned.input(scope);
        ready ??= new Map();
        ready.set(index, input);
        continue;
      }
      record(decision, { kind: "stepSkipped", step: index });
    } catch (thrown) {
      const failure = expressionFailure(planned.step.name, thrown);
      record(decision, { kind: "stepFailed", step: index, failure, effect: "none", nextAttemptAt: undefined });
      for (const event of suspensionOf(decision, index, false, failure)) record(decision, event);
    }
    // It is over at once, so its successors' turn may have come: they join the list.
    for (const after of planned.before) open.push(plan.steps[after]!);
  }
  return ready;
}
