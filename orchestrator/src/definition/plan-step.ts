import { childSends } from "./defaults.ts";
import { compileMapping, type MappingFunction } from "./mapping.ts";
import { membersOf, type StepOrder } from "./order.ts";
import { compileCondition, compileItems, compileMoment } from "./typed-expressions.ts";
import type { AwaitStep, CallRule, GoBack, Mapping, PlannedStep, Scope, SendRule, SleepStep, Step } from "./types.ts";

/** What a kind of step has of its own. */
type KindPart = Pick<PlannedStep, "sends" | "input" | "undoInput" | "items" | "until" | "takes" | "rejects">;
type IndexOf = (step: string) => number;

/** Makes the steps of one definition ready to run; `indexOf` gives the index of a step by its name. */
export function createStepPlanner(
  order: StepOrder,
  indexOf: IndexOf,
): (step: Step, index: number) => Omit<PlannedStep, "afterPivot"> {
  return (step, index) => {
    const path = `steps[${index}]`;
    return {
      index,
      step,
      after: step.after,
      before: order.before[index]!,
      when: step.when === undefined ? undefined : compileCondition(step.when, `${path}.when`, indexOf),
      ...kindPartOf(step, path, indexOf),
      goBack: step.goBack && { ...step.goBack, span: spanOf(step.goBack, order) },
    };
  };
}

function kindPartOf(step: Step, path: string, indexOf: IndexOf): KindPart {
  switch (step.kind) {
    case "call":
      return { ...blank, ...callPartOf(step, `${path}.call`, sagaInput, indexOf) };
    case "for_each":
      return {
        ...blank,
        ...callPartOf(step.call, `${path}.for_each.call`, itemInput, indexOf),
        items: compileItems(step.items, `${path}.for_each.items`, indexOf),
      };
    case "saga":
      return { ...blank, sends: childSends, input: inputOf(step.input, `${path}.saga.input`, sagaInput, indexOf) };
    case "sleep":
      return { ...blank, until: untilOf(step, `${path}.sleep.timestamp`, indexOf) };
    case "await":
      return { ...blank, ...awaitPartOf(step, `${path}.await`, indexOf) };
  }
}

/** Gives every planned step the same fields in the same order. */
const blank: KindPart = {
  sends: undefined,
  input: sagaInput(),
  undoInput: undefined,
  items: undefined,
  until: undefined,
  takes: undefined,
  rejects: undefined,
};

/** Makes the input of a step that has no mapping; `path` is where it would stand. */
type DefaultInput = (path: string) => MappingFunction;

function sagaInput(): MappingFunction {
  return (scope: Scope) => scope.input;
}

function itemInput(path: string): MappingFunction {
  return compileMapping("item", path, () => -1);
}

function inputOf(mapping: Mapping | undefined, path: string, byDefault: DefaultInput, indexOf: IndexOf) {
  return mapping === undefined ? byDefault(path) : compileMapping(mapping, path, indexOf);
}

function callPartOf(
  call: CallRule,
  path: string,
  byDefault: DefaultInput,
  indexOf: IndexOf,
): Pick<KindPart, "sends" | "input" | "undoInput"> {
  const { retry, undo, completionTimeoutMs, heartbeatTimeoutMs } = call;
  const sends: SendRule = { retry, undo, completionTimeoutMs, heartbeatTimeoutMs };
  return {
    sends,
    input: inputOf(call.input, `${path}.input`, byDefault, indexOf),
    undoInput: undo?.input === undefined ? undefined : compileMapping(undo.input, `${path}.undo.with.input`, indexOf),
  };
}

function untilOf(step: SleepStep, path: string, indexOf: IndexOf): KindPart["until"] {
  const { durationMs, timestamp } = step;
  if (timestamp === undefined) return (_, now) => now + (durationMs ?? 0);
  return compileMoment(timestamp, path, indexOf);
}

function awaitPartOf(step: AwaitStep, path: string, indexOf: IndexOf): Pick<KindPart, "takes" | "rejects"> {
  const { condition, reject } = step;
  const holds = condition === undefined ? undefined : compileCondition(condition, `${path}.condition`, indexOf);
  return {
    takes: holds === undefined ? () => true : (scope) => isMet(holds, scope),
    rejects: reject === undefined ? undefined : compileCondition(reject, `${path}.reject`, indexOf),
  };
}

/** A signal that the condition cannot be evaluated for, as it lacks a field, does not meet it. */
function isMet(holds: (scope: Scope) => boolean, scope: Scope): boolean {
  try {
    return holds(scope);
  } catch {
    return false;
  }
}

function spanOf(goBack: GoBack, order: StepOrder): readonly number[] {
  return membersOf(order.descendants[goBack.to]! | (1n << BigInt(goBack.to)));
}
