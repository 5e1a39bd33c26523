import type { Plan } from "../definition/types.ts";
import { type Decision, record } from "./decision.ts";
import { createUndoOrder } from "./order.ts";
import type { SagaState } from "./state.ts";

/**
 * Steps that reverted begin anew once all of what ran after them is gone, and they themselves (I7): the first of them
 * together with all that revert after it. Gives whether any did.
 */
export function beginRounds(decision: Decision): boolean {
  const { plan, state } = decision;
  const { isGone } = createUndoOrder(plan, state);
  const steps = new Set<number>();
  for (const { index } of plan.steps) {
    if (state.steps[index]!.reverting && isGone(index) && isFirst(plan, state, index))
      collect(plan, state, index, steps);
  }
  if (steps.size === 0) return false;
  record(decision, { kind: "roundStarted", steps: [...steps].sort((a, b) => a - b) });
  return true;
}

/** Nothing that it depends on reverts. */
function isFirst(plan: Plan, state: SagaState, step: number): boolean {
  return plan.steps[step]!.after.every((before) => !state.steps[before]!.reverting && isFirst(plan, state, before));
}

function collect(plan: Plan, state: SagaState, step: number, found: Set<number>): void {
  if (found.has(step)) return;
  if (state.steps[step]!.reverting) found.add(step);
  for (const after of plan.steps[step]!.before) collect(plan, state, after, found);
}
