import type { JsonObject } from "@bufbuild/protobuf";
import type { Plan } from "../definition/types.ts";
import { FailureKind, type Failure as WireFailure } from "../gen/backstitch/v1/errors_pb.js";
import {
  Direction,
  SagaStatus,
  type SagaStep,
  SagaView,
  StepStatus,
  WaitReason,
  type Saga as WireSaga,
} from "../gen/backstitch/v1/saga_pb.js";
import type { Failure, StepState } from "../machine/state.ts";
import type { SagaRecord } from "../store/store.ts";
import { timestampToWire } from "./wire-time.ts";

/**
 * Messages are written as literals and not with `create`, which looks at every field once more: a saga goes out with
 * every start. A BRIEF view leaves all payloads out.
 */
export function sagaToWire(record: SagaRecord, plan: Plan, view: SagaView): WireSaga {
  const { header, state } = record;
  const brief = view === SagaView.BRIEF;
  return {
    $typeName: "backstitch.v1.Saga",
    namespace: header.namespace,
    sagaId: header.sagaId,
    definition: header.definition,
    version: header.version,
    status: SagaStatus[state.status],
    direction: state.direction === "forward" ? Direction.FORWARD : Direction.BACKWARD,
    input: brief ? undefined : payloadToWire(state.input),
    steps: state.steps.map((step, index) => stepToWire(step, plan.steps[index]?.step.name ?? "", brief)),
    labels: header.labels,
    createdAt: timestampToWire(state.createdAt),
    updatedAt: timestampToWire(record.updatedAt),
    finishedAt: timestampToWire(state.finishedAt),
    deadline: timestampToWire(state.deadlineAt),
    overdue: state.overdue,
    failure: failureToWire(state.failure, brief),
    revision: BigInt(record.revision),
    wakeAt: timestampToWire(record.wakeAt),
  };
}

function stepToWire(step: StepState, name: string, brief: boolean): SagaStep {
  return {
    $typeName: "backstitch.v1.SagaStep",
    name,
    status: StepStatus[step.status],
    waitReason: step.wait ? WaitReason[step.wait.reason] : WaitReason.UNSPECIFIED,
    attempt: step.attempt,
    round: step.round,
    armed: step.armed,
    input: brief ? undefined : payloadToWire(step.input),
    output: brief ? undefined : payloadToWire(step.output),
    failure: failureToWire(step.failure, brief),
    startedAt: timestampToWire(step.startedAt),
    finishedAt: timestampToWire(step.finishedAt),
    nextAttemptAt: timestampToWire(step.wait?.until),
  };
}

export function failureToWire(failure: Failure, brief: boolean): WireFailure;
export function failureToWire(failure: Failure | undefined, brief: boolean): WireFailure | undefined;
export function failureToWire(failure: Failure | undefined, brief: boolean): WireFailure | undefined {
  if (failure === undefined) return undefined;
  return {
    $typeName: "backstitch.v1.Failure",
    kind: FailureKind[failure.kind],
    code: failure.code,
    message: failure.message,
    details: brief ? undefined : payloadToWire(failure.details),
    step: failure.step ?? "",
  };
}

/** A payload's JSON text as the object that stands for a Struct. */
export function payloadToWire(text: string | undefined): JsonObject | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as JsonObject);
}
