import type { GoBack as GoBackMessage } from "../gen/backstitch/v1/definition_pb.js";
import { defaults } from "./defaults.ts";
import { at, checkName, type FaultList } from "./faults.ts";
import { limits, names } from "./limits.ts";
import { contains } from "./order.ts";
import { didYouMean } from "./suggest.ts";
import type { GoBack } from "./types.ts";
import type { ResolvedOrder } from "./validate-order.ts";

/** Checks where a step goes back to; undefined where there is no such step. */
export function checkGoBack(
  goBack: GoBackMessage,
  step: number,
  context: { readonly order: ResolvedOrder; readonly pivot: number | undefined },
  faults: FaultList,
): GoBack | undefined {
  const field = `steps[${step}].go_back`;
  if (goBack.times > limits.goBackTimes) {
    const message = `must be at most ${limits.goBackTimes}; 0 or nothing: ${defaults.goBackTimes}`;
    faults.add(`${field}.times`, "range", message);
  }
  checkCodes(goBack.codes, `${field}.codes`, faults);
  const to = checkTarget(goBack.to, `${field}.to`, step, context.order, faults);
  if (to === undefined) return undefined;
  checkPivotBetween(to, step, context, field, faults);
  return { to, times: goBack.times || defaults.goBackTimes, codes: [...goBack.codes] };
}

function checkCodes(codes: readonly string[], field: string, faults: FaultList): void {
  if (codes.length > limits.goBackCodes) {
    faults.add(field, "max_items", `has more than ${limits.goBackCodes} codes`);
  }
  for (const [i, code] of codes.slice(0, limits.goBackCodes).entries()) {
    checkName(faults, at(field, i), code, names.code);
  }
}

function checkTarget(
  name: string,
  field: string,
  step: number,
  { indexes, ancestors }: ResolvedOrder,
  faults: FaultList,
): number | undefined {
  const index = indexes.get(name);
  if (name === "") {
    faults.add(field, "required", "is missing: the name of a step that this one depends on");
  } else if (index === undefined) {
    faults.add(field, "unknown_step", `there is no step '${name}'${didYouMean(name, indexes.keys())}`);
  } else if (index >= step) {
    const which = index === step ? "itself: 'retry' repeats a step" : `'${name}', which stands later`;
    faults.add(field, "not_before", `a step goes back to an earlier step, not to ${which}`);
  } else if (!contains(ancestors[step]!, index)) {
    faults.add(field, "not_ancestor", `this step does not depend on '${name}': add it to 'after'`);
  }
  return index;
}

/** What is done again lies between `to` and the step; a pivot there could not be undone. */
function checkPivotBetween(
  to: number,
  step: number,
  { order, pivot }: { readonly order: ResolvedOrder; readonly pivot: number | undefined },
  field: string,
  faults: FaultList,
): void {
  if (pivot === undefined) return;
  const isFrom = pivot === to || contains(order.descendants[to]!, pivot);
  if (step === pivot) {
    faults.add(field, "beyond_pivot", "the pivot cannot go back: its failure is final");
  } else if (isFrom && contains(order.ancestors[step]!, pivot)) {
    faults.add(`${field}.to`, "beyond_pivot", "lies before the pivot, from where there is no way back");
  }
}
