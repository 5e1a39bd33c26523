import type { Plan } from "../definition/types.ts";
import { isReverting } from "./calls.ts";
import { stoppedStep } from "./evolve-items.ts";
import type { SagaState, StepState } from "./state.ts";

/**
 * Where steps revert, or single items, whatever may have run after them reverts too, or they could not be undone in order
 * (I2). `to` is the step that the saga goes back to. Gives the changes by step.
 */
export function spreadReverting(
  plan: Plan,
  steps: SagaState["steps"],
  at: number,
  to: number | undefined,
): Map<number, Partial<StepState>> {
  const changes = new Map<number, Partial<StepState>>();
  const seen = new Set<number>();
  const open = to === undefined ? [] : [to];
  for (const { index, before } of plan.steps) {
    if (isReverting(steps[index]!)) open.push(...before);
  }
  for (let step = open.pop(); step !== undefined; step = open.pop()) {
    if (seen.has(step)) continue;
    seen.add(step);
    const { status, armed, reverting } = steps[step]!;
    if (!reverting && (status !== "PENDING" || armed)) {
      changes.set(step, { ...stoppedStep(steps[step]!, at), reverting: true });
    }
    open.push(...plan.steps[step]!.before);
  }
  return changes;
}
