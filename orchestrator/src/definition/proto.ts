import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  NoUndoSchema,
  OnFailure as OnFailureCode,
  type RetryPolicySchema,
  type SagaDefinition,
  SagaDefinitionSchema,
  type StepSchema,
  UndoCallSchema,
  type UndoSchema,
} from "../gen/backstitch/v1/definition_pb.js";
import { durationOf } from "./duration.ts";
import type { CallStep, Definition, OnFailure, RetryPolicy, UndoPolicy } from "./types.ts";
import { toValue } from "./value.ts";

const codeOf: Readonly<Record<OnFailure, OnFailureCode>> = {
  compensate: OnFailureCode.COMPENSATE,
  continue: OnFailureCode.CONTINUE,
  suspend: OnFailureCode.SUSPEND,
  retry: OnFailureCode.RETRY,
};

/** The contract's message of a definition, with every default written out. */
export function toProto(definition: Definition): SagaDefinition {
  const { name, description, labels, deadlineMs, retentionMs, steps } = definition;
  return create(SagaDefinitionSchema, {
    name,
    description,
    labels: { ...labels },
    deadline: deadlineMs === undefined ? undefined : durationOf(deadlineMs),
    retention: retentionMs === undefined ? undefined : durationOf(retentionMs),
    steps: steps.map((step) => stepOf(step, steps)),
  });
}

function stepOf(step: CallStep, steps: Definition["steps"]): MessageInitShape<typeof StepSchema> {
  const { name, when, pivot, participant, action, input, timeoutMs, retry, undo } = step;
  return {
    name,
    when: when ?? "",
    pivot,
    onFailure: codeOf[step.onFailure],
    after: { steps: step.after.map((i) => steps[i]!.name) },
    kind: {
      case: "call",
      value: {
        participant,
        action,
        // Unset: the saga's input, which the expression `input` says too.
        input: toValue(input ?? "input"),
        timeout: durationOf(timeoutMs),
        retry: retryOf(retry),
        undo: undoOf(undo),
      },
    },
  };
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
