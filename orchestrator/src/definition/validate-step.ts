import {
  type Call,
  OnFailure as OnFailureCode,
  type Step as StepMessage,
  type Undo,
} from "../gen/backstitch/v1/definition_pb.js";
import { checkName, type FaultList } from "./faults.ts";
import { names } from "./limits.ts";
import { contains } from "./order.ts";
import { didYouMean } from "./suggest.ts";
import type { CallStep, OnFailure, Step, UndoPolicy } from "./types.ts";
import { checkCondition, checkMapping, type ExpressionPlace } from "./validate-mapping.ts";
import type { ResolvedOrder } from "./validate-order.ts";
import { checkDuration, checkRetry, defaults } from "./validate-policy.ts";

export interface StepContext {
  readonly order: ResolvedOrder;
  readonly pivot: number | undefined;
  /** undefined: any name goes. */
  readonly participants: readonly string[] | undefined;
}

export const onFailureByCode: Readonly<Record<number, OnFailure>> = {
  [OnFailureCode.COMPENSATE]: "compensate",
  [OnFailureCode.CONTINUE]: "continue",
  [OnFailureCode.SUSPEND]: "suspend",
  [OnFailureCode.RETRY]: "retry",
};

/** Checks a step apart from its name and order; undefined where it is of no kind that this version runs. */
export function checkStep(step: StepMessage, index: number, context: StepContext, faults: FaultList): Step | undefined {
  const field = `steps[${index}]`;
  const place = { order: context.order, step: index, ownOutput: false };
  if (step.when !== "") checkCondition(step.when, `${field}.when`, place, faults);
  const onFailure = checkOnFailure(step, index, context, faults);
  switch (step.kind.case) {
    case "call": {
      const call = checkCall(step.kind.value, `${field}.call`, place, context, faults);
      const { name, when, pivot } = step;
      const after = context.order.after[index]!;
      return { kind: "call", name, after, when: when === "" ? undefined : when, onFailure, pivot, ...call };
    }
    case undefined:
      faults.add(field, "required", "says not what it does: give it a 'call'");
      return undefined;
    default:
      faults.add(`${field}.${step.kind.case}`, "not_implemented", `this version runs 'call' steps only`);
      return undefined;
  }
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

type CallPart = Pick<CallStep, "participant" | "action" | "input" | "timeoutMs" | "retry" | "undo">;

function checkCall(
  call: Call,
  field: string,
  place: ExpressionPlace,
  context: StepContext,
  faults: FaultList,
): CallPart {
  const { participant, action } = call;
  checkName(faults, `${field}.participant`, participant, names.participant);
  checkName(faults, `${field}.action`, action, names.action);
  const { participants } = context;
  if (participants !== undefined && names.participant.regex.test(participant) && !participants.includes(participant)) {
    const near = didYouMean(participant, participants);
    const hint = near || `; known are: ${participants.slice(0, 20).join(", ") || "none"}`;
    faults.add(`${field}.participant`, "unknown_participant", `no participant '${participant}' is configured${hint}`);
  }
  const timeoutMs = checkDuration(call.timeout, `${field}.timeout`, faults) ?? defaults.timeoutMs;
  return {
    participant,
    action,
    input: checkMapping(call.input, `${field}.input`, place, faults),
    timeoutMs,
    retry: checkRetry(call.retry, defaults.retry, `${field}.retry`, faults),
    undo: checkUndo(call.undo, `${field}.undo`, { ...place, ownOutput: true }, timeoutMs, faults),
  };
}

function checkUndo(
  undo: Undo | undefined,
  field: string,
  place: ExpressionPlace,
  doTimeoutMs: number,
  faults: FaultList,
): UndoPolicy | undefined {
  if (undo?.way.case === "none") return undefined;
  const given = undo?.way.case === "with" ? undo.way.value : undefined;
  return {
    input: checkMapping(given?.input, `${field}.with.input`, place, faults),
    timeoutMs: checkDuration(given?.timeout, `${field}.with.timeout`, faults) ?? doTimeoutMs,
    retry: checkRetry(given?.retry, defaults.undoRetry, `${field}.with.retry`, faults),
  };
}
