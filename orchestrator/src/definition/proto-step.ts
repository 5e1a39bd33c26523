import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type CallSchema,
  NoUndoSchema,
  OnFailure as OnFailureCode,
  type RetryPolicySchema,
  type StepSchema,
  UndoCallSchema,
  type UndoSchema,
} from "../gen/backstitch/v1/definition_pb.js";
import { durationOf } from "./duration.ts";
import type { CallRule, Definition, OnFailure, RetryPolicy, SleepStep, Step, UndoPolicy } from "./types.ts";
import { toValue } from "./value.ts";

type StepInit = MessageInitShape<typeof StepSchema>;

const codeOf: Readonly<Record<OnFailure, OnFailureCode>> = {
  compensate: OnFailureCode.COMPENSATE,
  continue: OnFailureCode.CONTINUE,
  suspend: OnFailureCode.SUSPEND,
  retry: OnFailureCode.RETRY,
};

/** The contract's message of a step, with every default written out. */
export function stepOf(step: Step, steps: Definition["steps"]): StepInit {
  const { name, when, pivot, goBack } = step;
  return {
    name,
    when: when ?? "",
    pivot,
    onFailure: codeOf[step.onFailure],
    after: { steps: step.after.map((i) => steps[i]!.name) },
    goBack: goBack && { to: steps[goBack.to]!.name, times: goBack.times, codes: [...goBack.codes] },
    kind: kindOf(step),
  };
}

function kindOf(step: Step): StepInit["kind"] {
  switch (step.kind) {
    case "call":
      // Unset: the saga's input, which the expression `input` says too.
      return { case: "call", value: callOf(step, "input") };
    case "sleep":
      return { case: "sleep", value: { until: untilOf(step) } };
    case "await": {
      const { signal, condition = "", reject = "", timeoutMs } = step;
      return { case: "await", value: { signal, condition, reject, timeout: optionalDuration(timeoutMs) } };
    }
    case "for_each": {
      const { items, concurrency, call } = step;
      return { case: "forEach", value: { items, concurrency, call: callOf(call, "item") } };
    }
    case "saga": {
      const { definition, version = 0, input = "input" } = step;
      return { case: "saga", value: { definition, version, input: toValue(input) } };
    }
  }
}

/** `input` is the expression for what the input is where it is unset. */
function callOf(call: CallRule, input: string): MessageInitShape<typeof CallSchema> {
  return {
    participant: call.participant,
    action: call.action,
    input: toValue(call.input ?? input),
    timeout: durationOf(call.timeoutMs),
    retry: retryOf(call.retry),
    undo: undoOf(call.undo),
    completionTimeout: optionalDuration(call.completionTimeoutMs),
    heartbeatTimeout: optionalDuration(call.heartbeatTimeoutMs),
  };
}

function untilOf({ durationMs, timestamp = "" }: SleepStep) {
  return durationMs === undefined
    ? { case: "timestamp" as const, value: timestamp }
    : { case: "duration" as const, value: durationOf(durationMs) };
}

function undoOf(undo: UndoPolicy | undefined): MessageInitShape<typeof UndoSchema> {
  if (undo === undefined) return { way: { case: "none", value: create(NoUndoSchema) } };
  const { input, timeoutMs, retry } = undo;
  const call = { input: toValue(input ?? {}), timeout: durationOf(timeoutMs), retry: retryOf(retry) };
  return { way: { case: "with", value: create(UndoCallSchema, call) } };
}

function retryOf(retry: RetryPolicy): MessageInitShape<typeof RetryPolicySchema> {
  if (retry.kind === "schedule") return { maxAttempts: retry.maxAttempts, schedule: retry.delaysMs.map(durationOf) };
  const { maxAttempts, initialMs, multiplier, maxMs } = retry;
  return { maxAttempts, initial: durationOf(initialMs), multiplier, max: durationOf(maxMs) };
}

function optionalDuration(ms: number | undefined) {
  return ms === undefined ? undefined : durationOf(ms);
}
