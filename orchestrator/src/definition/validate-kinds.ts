import type { Await, ChildSaga, ForEach, Sleep } from "../gen/backstitch/v1/definition_pb.js";
import { defaults } from "./defaults.ts";
import { checkName, type FaultList } from "./faults.ts";
import { limits, names } from "./limits.ts";
import type { AwaitStep, CallRule, ForEachStep, SagaStep, SleepStep } from "./types.ts";
import { checkCall } from "./validate-call.ts";
import { checkExpression, checkRequired, type ExpressionPlace } from "./validate-expression.ts";
import { checkMapping } from "./validate-mapping.ts";
import { checkDuration } from "./validate-policy.ts";

// Each checks what a kind of step has of its own; `field` is the path of that part.

export function checkSleep(
  sleep: Sleep,
  field: string,
  place: ExpressionPlace,
  faults: FaultList,
): Pick<SleepStep, "durationMs" | "timestamp"> {
  const { until } = sleep;
  switch (until.case) {
    case "duration":
      return { durationMs: checkDuration(until.value, `${field}.duration`, faults), timestamp: undefined };
    case "timestamp":
      checkRequired("moment", until.value, `${field}.timestamp`, place, faults);
      return { durationMs: undefined, timestamp: until.value };
    case undefined:
      faults.add(field, "required", "says not how long: give it a 'duration' or a 'timestamp'");
      return { durationMs: undefined, timestamp: undefined };
  }
}

export function checkAwait(
  wait: Await,
  field: string,
  place: ExpressionPlace,
  faults: FaultList,
): Pick<AwaitStep, "signal" | "condition" | "reject" | "timeoutMs"> {
  const { signal, condition, reject } = wait;
  checkName(faults, `${field}.signal`, signal, names.signal);
  const withSignal = { ...place, reads: [...place.reads, "signal" as const] };
  if (condition !== "") checkExpression("condition", condition, `${field}.condition`, withSignal, faults);
  if (reject !== "") checkExpression("condition", reject, `${field}.reject`, withSignal, faults);
  return {
    signal,
    condition: condition === "" ? undefined : condition,
    reject: reject === "" ? undefined : reject,
    timeoutMs: checkDuration(wait.timeout, `${field}.timeout`, faults),
  };
}

/** undefined: it has no call. */
export function checkForEach(
  forEach: ForEach,
  field: string,
  place: ExpressionPlace,
  participants: readonly string[] | undefined,
  faults: FaultList,
): Pick<ForEachStep, "items" | "concurrency" | "call"> | undefined {
  const { items, call, concurrency } = forEach;
  checkRequired("list", items, `${field}.items`, place, faults);
  if (concurrency > limits.concurrency) {
    faults.add(`${field}.concurrency`, "range", `must be at most ${limits.concurrency}; 0 or nothing: 1`);
  }
  if (call === undefined) {
    faults.add(`${field}.call`, "required", "says not what is done with each item: give it a 'call'");
    return undefined;
  }
  const ofItem: ExpressionPlace = { ...place, reads: [...place.reads, "item", "index"] };
  const rule: CallRule = checkCall(call, `${field}.call`, ofItem, participants, faults);
  return { items, concurrency: concurrency || defaults.concurrency, call: rule };
}

/** The child's definition may be registered later: that it exists is seen when the step starts. */
export function checkSaga(
  saga: ChildSaga,
  field: string,
  place: ExpressionPlace,
  faults: FaultList,
): Pick<SagaStep, "definition" | "version" | "input"> {
  const { definition, version } = saga;
  checkName(faults, `${field}.definition`, definition, names.definition);
  return {
    definition,
    version: version === 0 ? undefined : version,
    input: checkMapping(saga.input, `${field}.input`, place, faults),
  };
}
