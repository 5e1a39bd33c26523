import { dosLost } from "./answer.ts";
import { type Decision, isRecovered, record, stepAt } from "./decision.ts";
import { expressionFailure, stuckFailure } from "./failure.ts";
import { createUndoOrder, isActive, isDue } from "./order.ts";

/** What is possible now, while the saga is COMPENSATING: undo in reverse order, finish, or suspend. */
export function goBackward(decision: Decision): void {
  const { plan, state, now, history } = decision;
  if (isRecovered(history)) {
    // Whoever sent these Dos is gone, and a Do is not sent again while compensating (I3).
    for (const event of dosLost(plan, state)) record(decision, event);
  }
  const isTurnOf = createUndoOrder(plan, state);
  for (let i = 0; i < plan.steps.length; i++) {
    const step = state.steps[i]!;
    if (isDue(step, now)) record(decision, { kind: "undoStarted", step: i, attempt: step.attempt + 1 });
    else if (step.armed && !isActive(step) && step.status !== "SUSPENDED" && isTurnOf(i)) startUndo(decision, i);
  }
  if (state.steps.some(isActive)) return;
  if (state.steps.some(({ armed }) => armed)) {
    record(decision, { kind: "sagaSuspended", failure: stuckFailure(state) });
  } else {
    record(decision, { kind: "sagaFinished", status: "COMPENSATED" });
  }
}

function startUndo(decision: Decision, index: number): void {
  const { planned } = stepAt(decision, index);
  let input: { readonly input?: string };
  try {
    input = planned.undoInput ? { input: planned.undoInput(decision.scope) } : {};
  } catch (thrown) {
    record(decision, { kind: "stepSuspended", step: index, failure: expressionFailure(planned.step.name, thrown) });
    return;
  }
  record(decision, { kind: "undoStarted", step: index, attempt: 1, ...input });
}
