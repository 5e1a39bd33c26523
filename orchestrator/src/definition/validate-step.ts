import { OnFailure as OnFailureCode, type Step as StepMessage } from "../gen/backstitch/v1/definition_pb.js";
import type { FaultList } from "./faults.ts";
import { contains } from "./order.ts";
import type { CallStep, OnFailure, Step } from "./types.ts";
import { checkCall } from "./validate-call.ts";
import { checkExpression, type ExpressionPlace } from "./validate-expression.ts";
import { checkGoBack } from "./validate-go-back.ts";
import { checkAwait, checkForEach, checkSaga, checkSleep } from "./validate-kinds.ts";
import type { ResolvedOrder } from "./validate-order.ts";

export interface StepContext {
  readonly order: ResolvedOrder;
  readonly pivot: number | undefined;
  /** undefined: any name goes. */
  readonly participants: readonly string[] | undefined;
}

const onFailureByCode: Readonly<Record<number, OnFailure>> = {
  [OnFailureCode.COMPENSATE]: "compensate",
  [OnFailureCode.CONTINUE]: "continue",
  [OnFailureCode.SUSPEND]: "suspend",
  [OnFailureCode.RETRY]: "retry",
};

/** Checks a step apart from its name and order; undefined where it does not say what it does. */
export function checkStep(step: StepMessage, index: number, context: StepContext, faults: FaultList): Step | undefined {
  const field = `steps[${index}]`;
  const { order, participants } = context;
  const place: ExpressionPlace = { order, step: index, reads: ["input", "steps"], ownOutput: false };
  const common = checkCommon(step, index, place, context, faults);
  const { kind } = step;
  switch (kind.case) {
    case "call":
      return { kind: "call", ...common, ...checkCall(kind.value, `${field}.call`, place, participants, faults) };
    case "sleep":
      return { kind: "sleep", ...common, ...checkSleep(kind.value, `${field}.sleep`, place, faults) };
    case "await":
      return { kind: "await", ...common, ...checkAwait(kind.value, `${field}.await`, place, faults) };
    case "forEach": {
      const forEach = checkForEach(kind.value, `${field}.for_each`, place, participants, faults);
      return forEach && { kind: "for_each", ...common, ...forEach };
    }
    case "saga":
      return { kind: "saga", ...common, ...checkSaga(kind.value, `${field}.saga`, place, faults) };
    case undefined:
      faults.add(field, "required", "says not what it does: give it a 'call', 'sleep', 'await', 'for_each' or 'saga'");
      return undefined;
  }
}

type CommonPart = Pick<CallStep, "name" | "after" | "when" | "onFailure" | "pivot" | "goBack">;

function checkCommon(
  step: StepMessage,
  index: number,
  place: ExpressionPlace,
  context: StepContext,
  faults: FaultList,
): CommonPart {
  const field = `steps[${index}]`;
  const { name, when, pivot, kind } = step;
  if (when !== "") checkExpression("condition", when, `${field}.when`, place, faults);
  if (pivot && kind.case !== undefined && kind.case !== "call") {
    faults.add(`${field}.pivot`, "pivot_not_call", "only a 'call' can be the pivot");
  }
  return {
    name,
    after: context.order.after[index]!,
    when: when === "" ? undefined : when,
    onFailure: checkOnFailure(step, index, context, faults),
    pivot,
    goBack: step.goBack && checkGoBack(step.goBack, index, context, faults),
  };
}

function checkOnFailure(step: StepMessage, index: number, context: StepContext, faults: FaultList): OnFailure {
  const { order, pivot } = context;
  const fallback = pivot !== undefined && contains(order.ancestors[index]!, pivot) ? "retry" : "compensate";
  if (step.onFailure === OnFailureCode.UNSPECIFIED) return fallback;
  const known = onFailureByCode[step.onFailure];
  if (known === undefined) {
    faults.add(`steps[${index}].on_failure`, "unknown_value", "must be COMPENSATE, CONTINUE, SUSPEND or RETRY");
  }
  return known ?? fallback;
}
