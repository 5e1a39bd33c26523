import { compileExpression } from "./expressions.ts";
import { compileMapping } from "./mapping.ts";
import { contains, orderSteps, pivotOf } from "./order.ts";
import { createPayloadReader } from "./payload-reader.ts";
import type { Definition, Plan, PlannedStep, Scope, Step } from "./types.ts";

/**
 * Makes a definition ready to run: order worked out, expressions compiled. The definition must have passed
 * `validateDefinition`. Takes up to a millisecond for a mapping: keep the plan of a version.
 */
export function createPlan(definition: Definition, version: number): Plan {
  const { steps } = definition;
  const indexes = new Map(steps.map((step, i) => [step.name, i]));
  const indexOf = (name: string) => indexes.get(name)!;
  const order = orderSteps(steps.map((step) => step.after));
  const pivot = pivotOf(steps);
  const planned = steps.map((step, index): PlannedStep => {
    const path = `steps[${index}]`;
    return {
      index,
      step,
      after: step.after,
      before: order.before[index]!,
      afterPivot: pivot !== undefined && contains(order.ancestors[index]!, pivot),
      when: compileWhen(step, path, indexOf),
      input: step.input === undefined ? inputOf : compileMapping(step.input, `${path}.call.input`, indexOf),
      undoInput:
        step.undo?.input === undefined
          ? undefined
          : compileMapping(step.undo.input, `${path}.call.undo.with.input`, indexOf),
    };
  });
  return { definition, version, steps: planned, pivot };
}

function inputOf(scope: Scope): string {
  return scope.input;
}

function compileWhen(step: Step, path: string, indexOf: (name: string) => number): PlannedStep["when"] {
  if (step.when === undefined) return undefined;
  const field = `${path}.when`;
  const expression = compileExpression(step.when, field, indexOf);
  return (scope) => expression.condition(createPayloadReader(scope, field));
}
