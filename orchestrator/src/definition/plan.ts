import { compileMapping } from "./mapping.ts";
import { contains, orderSteps, pivotOf } from "./order.ts";
import { createStepPlanner } from "./plan-step.ts";
import { compileKey } from "./typed-expressions.ts";
import type { Definition, Plan } from "./types.ts";

/**
 * Makes a definition ready to run: order worked out, expressions compiled. The definition must have passed
 * `validateDefinition`. Takes up to a millisecond for a mapping: keep the plan of a version.
 */
export function createPlan(definition: Definition, version: number): Plan {
  const { steps, lock, output } = definition;
  const indexes = new Map(steps.map((step, i) => [step.name, i]));
  const indexOf = (name: string) => indexes.get(name)!;
  const order = orderSteps(steps.map((step) => step.after));
  const pivot = pivotOf(steps);
  const planStep = createStepPlanner(order, indexOf);
  return {
    definition,
    version,
    steps: steps.map((step, index) => ({
      ...planStep(step, index),
      afterPivot: pivot !== undefined && contains(order.ancestors[index]!, pivot),
    })),
    pivot,
    lockKey: lock && compileKey(lock.key, "lock.key", indexOf),
    output: output === undefined ? undefined : compileMapping(output, "output", indexOf),
    signals: new Set(steps.flatMap((step) => (step.kind === "await" ? [step.signal] : []))),
  };
}
