import type { Plan } from "../definition/types.ts";
import { type Decision, record } from "./decision.ts";
import { createUndoOrder } from "./order.ts";
import type { SagaState } from "./state.ts";

/**
 * Steps that reverted begin anew once all of what ran after them is gone, and they themselves (I7): the first of them
 * together with all that revert after it, but for what also comes after a step that reverts still. Gives whether any did.
 */
export function beginRounds(decision: Decision): boolean {
  const { plan, state } = decision;
  const { isGone } = createUndoOrder(plan, state);
  const none: ReadonlySet<number> = new Set();
  const reached = new Set<number>();
  for (const { index } of plan.steps) {
    if (state.steps[index]!.reverting && isGone(index) && isFirst(plan, state, index, none))
      collect(plan, index, reached);
  }
  const steps = new Set([...reached].filter((step) => state.steps[step]!.reverting));
  if (steps.size === 0) return false;
  const free = [...steps].filter((step) => isFirst(plan, state, step, steps));
  record(decision, { kind: "roundStarted", steps: free.sort((a, b) => a - b) });
  return true;
}

/** Nothing that it depends on reverts, but for these. */
function isFirst(
  plan: Plan,
  state: SagaState,
  step: number,
  but: ReadonlySet<number>,
  seen: Set<number> = new Set(),
): boolean {
  return plan.steps[step]!.after.every((before) => {
    if (seen.has(before)) return true;
    seen.add(before);
    return (!state.steps[before]!.reverting || but.has(before)) && isFirst(plan, state, before, but, seen);
  });
}

function collect(plan: Plan, step: number, found: Set<number>): void {
  if (found.has(step)) return;
  found.add(step);
  for (const after of plan.steps[step]!.before) collect(plan, after, found);
}
