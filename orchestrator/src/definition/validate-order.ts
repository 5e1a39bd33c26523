import type { Step as StepMessage } from "../gen/backstitch/v1/definition_pb.js";
import { OnFailure as OnFailureCode } from "../gen/backstitch/v1/definition_pb.js";
import { at, checkName, type FaultList } from "./faults.ts";
import { limits, names } from "./limits.ts";
import { contains, orderSteps, pivotOf, type StepOrder } from "./order.ts";
import { didYouMean } from "./suggest.ts";

/** The steps by name and the order they run in, as far as it is free of faults. */
export interface ResolvedOrder extends StepOrder {
  /** The first step of each name. */
  readonly indexes: ReadonlyMap<string, number>;
  /** Direct predecessors. */
  readonly after: readonly (readonly number[])[];
}

/** CEL reads these as values and operators, not as the name of a field. */
const reserved = new Set(["true", "false", "null", "in"]);

/** Checks names, dependencies and the pivot, and works out the order. */
export function checkOrder(steps: readonly StepMessage[], faults: FaultList): ResolvedOrder {
  const indexes = checkNames(steps, faults);
  const after = steps.map((step, i) => checkAfter(step, i, indexes, faults));
  const order = orderSteps(after);
  checkPivot(steps, order, faults);
  return { ...order, indexes, after };
}

function checkNames(steps: readonly StepMessage[], faults: FaultList): ReadonlyMap<string, number> {
  const indexes = new Map<string, number>();
  steps.forEach(({ name }, i) => {
    const field = `steps[${i}].name`;
    checkName(faults, field, name, names.step);
    if (reserved.has(name))
      faults.add(field, "reserved_name", `'${name}' is a word of CEL: expressions could not read it`);
    const first = indexes.get(name);
    if (first === undefined) indexes.set(name, i);
    else if (name !== "") faults.add(field, "duplicate_step", `'${name}' is the name of steps[${first}] already`);
  });
  return indexes;
}

/** Steps refer to earlier ones only, so there are no cycles. */
function checkAfter(
  step: StepMessage,
  index: number,
  indexes: ReadonlyMap<string, number>,
  faults: FaultList,
): readonly number[] {
  if (step.after === undefined) return index === 0 ? [] : [index - 1];
  const field = `steps[${index}].after.steps`;
  const resolved = new Set<number>();
  if (step.after.steps.length > limits.steps) {
    faults.add(field, "max_items", `names more than ${limits.steps} steps`);
    return [];
  }
  step.after.steps.forEach((name, i) => {
    const other = indexes.get(name);
    if (other === undefined) {
      faults.add(at(field, i), "unknown_step", `there is no step '${name}'${didYouMean(name, indexes.keys())}`);
    } else if (other >= index) {
      const which = other === index ? "itself" : `'${name}', which stands later`;
      faults.add(
        at(field, i),
        "not_before",
        `a step waits for earlier steps only, not for ${which}: reorder the steps`,
      );
    } else if (resolved.has(other)) {
      faults.add(at(field, i), "duplicate_dependency", `'${name}' is named twice`);
    } else {
      resolved.add(other);
    }
  });
  return [...resolved].sort((a, b) => a - b);
}

function checkPivot(steps: readonly StepMessage[], order: StepOrder, faults: FaultList): void {
  const pivot = pivotOf(steps);
  if (pivot === undefined) return;
  const name = steps[pivot]!.name;
  steps.forEach((step, i) => {
    if (i === pivot) return;
    if (step.pivot) faults.add(`steps[${i}].pivot`, "one_pivot", `steps[${pivot}] '${name}' is the pivot already`);
    if (contains(order.ancestors[i]!, pivot)) {
      if (step.onFailure === OnFailureCode.COMPENSATE) {
        const message = `runs after the pivot '${name}', from where there is no way back: use RETRY, SUSPEND or CONTINUE`;
        faults.add(`steps[${i}].on_failure`, "compensate_after_pivot", message);
      }
    } else if (!contains(order.descendants[i]!, pivot)) {
      const message = `may run beside the pivot '${name}': put it before or after the pivot with 'after'`;
      faults.add(`steps[${i}].after`, "beside_pivot", message);
    }
  });
}
