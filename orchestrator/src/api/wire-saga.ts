import type { JsonObject } from "@bufbuild/protobuf";
import type { Plan, PlannedStep } from "../definition/types.ts";
import { childIdOf } from "../effect-id.ts";
import { FailureKind, type Failure as WireFailure } from "../gen/backstitch/v1/errors_pb.js";
import {
  Direction,
  SagaStatus,
  type SagaStep,
  SagaView,
  type StepItem,
  StepStatus,
  WaitReason,
  type Saga as WireSaga,
} from "../gen/backstitch/v1/saga_pb.js";
import { type CallState, type Failure, isFinal, type StepState } from "../machine/state.ts";
import type { SagaRecord } from "../store/store.ts";
import { timestampToWire } from "./wire-time.ts";

/** How the parts of a saga are shown. */
interface Show {
  readonly sagaId: string;
  /** Without payloads. */
  readonly brief: boolean;
  /** Whether time passes for it: it does not for a saga that is suspended or final. */
  readonly ticks: boolean;
}

/**
 * Messages are written as literals and not with `create`, which looks at every field once more: a saga goes out with
 * every start. A BRIEF view leaves all payloads out.
 */
export function sagaToWire(record: SagaRecord, plan: Plan, view: SagaView): WireSaga {
  const { header, state } = record;
  const { lock, parent, sagaId } = header;
  const { suspension } = state;
  const brief = view === SagaView.BRIEF;
  const show: Show = { sagaId, brief, ticks: state.status === "RUNNING" || state.status === "COMPENSATING" };
  return {
    $typeName: "backstitch.v1.Saga",
    namespace: header.namespace,
    sagaId,
    definition: header.definition,
    version: header.version,
    status: SagaStatus[state.status],
    direction: state.direction === "forward" ? Direction.FORWARD : Direction.BACKWARD,
    input: payloadToWire(state.input, brief),
    steps: state.steps.map((step, index) => stepToWire(step, plan.steps[index]!, show)),
    labels: header.labels,
    createdAt: timestampToWire(state.createdAt),
    updatedAt: timestampToWire(record.updatedAt),
    finishedAt: timestampToWire(state.finishedAt),
    deadline: timestampToWire(state.deadlineAt),
    overdue: state.overdue,
    failure: failureToWire(state.failure ?? suspension?.failure, brief),
    revision: BigInt(record.revision),
    wakeAt: timestampToWire(record.wakeAt),
    output: payloadToWire(state.output, brief),
    lock: lock && {
      $typeName: "backstitch.v1.SagaLock",
      name: lock.name,
      key: lock.key,
      held: !state.blocked && !isFinal(state.status),
    },
    parent: parent && { $typeName: "backstitch.v1.ParentSaga", sagaId: parent.sagaId, step: parent.stepName },
    suspension: suspension && {
      $typeName: "backstitch.v1.Suspension",
      failure: failureToWire(suspension.failure, brief),
      since: timestampToWire(suspension.since),
    },
    signals: state.signals.map(({ name, payload, at }) => ({
      $typeName: "backstitch.v1.KeptSignal",
      name,
      payload: payloadToWire(payload, brief),
      receivedAt: timestampToWire(at),
    })),
  };
}

function stepToWire(state: StepState, { step }: PlannedStep, show: Show): SagaStep {
  const begun = state.startedAt !== undefined;
  return {
    $typeName: "backstitch.v1.SagaStep",
    name: step.name,
    ...unitToWire(state, show),
    round: state.round,
    items: (state.items ?? []).map(
      (item): StepItem => ({
        $typeName: "backstitch.v1.StepItem",
        ...unitToWire(item, show),
      }),
    ),
    childSagaId: step.kind === "saga" && begun ? childIdOf(show.sagaId, step.name, state.round) : "",
    returns: state.returns,
    reverting: state.reverting,
    signal: step.kind === "await" ? step.signal : "",
  };
}

/** What steps and items have in common. */
function unitToWire(unit: CallState, { brief, ticks }: Show) {
  return {
    status: StepStatus[unit.status],
    waitReason: unit.wait ? WaitReason[unit.wait.reason] : WaitReason.UNSPECIFIED,
    attempt: unit.attempt,
    armed: unit.armed,
    input: payloadToWire(unit.input, brief),
    output: payloadToWire(unit.output, brief),
    failure: failureToWire(unit.failure, brief),
    startedAt: timestampToWire(unit.startedAt),
    finishedAt: timestampToWire(unit.finishedAt),
    nextAttemptAt: ticks ? timestampToWire(unit.wait?.until) : undefined,
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
    details: payloadToWire(failure.details, brief),
    step: failure.step ?? "",
  };
}

/** A payload's JSON text as the object that stands for a Struct; a BRIEF view has none. */
export function payloadToWire(text: string | undefined, brief: boolean): JsonObject | undefined {
  return brief || text === undefined ? undefined : (JSON.parse(text) as JsonObject);
}
