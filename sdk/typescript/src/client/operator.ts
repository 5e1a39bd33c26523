import { randomUUID } from "node:crypto";
import type { JsonObject, MessageInitShape } from "@bufbuild/protobuf";
import { createClient as createRpcClient, type Transport } from "@connectrpc/connect";
import { BackstitchError } from "../errors.ts";
import { ErrorCode } from "../gen/backstitch/v1/errors_pb.js";
import {
  type ActOnSagasRequestSchema,
  OperatorService,
  type ResolveStepRequestSchema,
} from "../gen/backstitch/v1/operator_service_pb.js";
import type { Saga } from "../saga.ts";
import { type Acting, actingFields, callForSaga } from "./requests.ts";
import { filterFields, type SagaFilter } from "./sagas.ts";

/** Who acts on which item of a step, and why. */
export interface StepActing extends Acting {
  /** The item of a forEach step, counted from 0. */
  item?: number;
}

/** What really happened to a step: its Do was applied, was not (or is gone again), or its effect is undone. */
export type Resolution = "DO_APPLIED" | "DO_NOT_APPLIED" | "UNDO_APPLIED";

/** What is done to each of many sagas. */
export type SagaAction =
  | { kind: "cancel" | "suspend" | "resume" | "abandon" }
  /** Without a step: every step that waits for a person. */
  | { kind: "retryStep"; step?: string }
  | { kind: "skipStep"; step: string; output?: JsonObject }
  | { kind: "resolveStep"; step: string; resolution: Resolution; output?: JsonObject };

/** Which sagas are acted on, how fast, and by whom. */
export interface ActOptions extends SagaFilter, Omit<Acting, "expectedRevision"> {
  /** Only sagas whose failure, or why they are suspended, has this code. */
  failureCode?: string;
  /** How many sagas a second at most, 0.1 to 1,000. Default 10. */
  perSecond?: number;
  /** How many sagas at most. Default: no limit. */
  maxSagas?: number;
  /** Only tell which sagas it would be. */
  dryRun?: boolean;
}

/** A saga that was acted on, or why it could not be. */
export interface ActedOn {
  sagaId: string;
  error?: { code: string; message: string };
}

/**
 * What people do when a saga needs a decision. What makes no sense for a saga as it is, is a BackstitchError whose message
 * says what to do instead: SAGA_FINAL, WRONG_STATE, CALL_IN_FLIGHT, REVISION_MISMATCH.
 */
export interface OperatorMethods {
  /** Stops a saga until it is resumed. Its clocks stand still. */
  suspend(sagaId: string, options?: Acting): Promise<Saga>;
  /** Lets a suspended saga go on. */
  resume(sagaId: string, options?: Acting): Promise<Saga>;
  /** Accepts a saga as it is: final, with whatever effects it has. */
  abandon(sagaId: string, options?: Acting): Promise<Saga>;
  /** Tries a waiting, failed or suspended step again now; with `input` in place of the evaluated one if given. */
  retryStep(sagaId: string, step: string, options?: StepActing & { input?: JsonObject }): Promise<Saga>;
  /** Goes on without a step's Do, taking `output` for its own, or without its Undo. */
  skipStep(sagaId: string, step: string, options?: StepActing & { output?: JsonObject }): Promise<Saga>;
  /** Says what really happened to a step whose outcome is unknown; `output` is the Do's, where that was applied. */
  resolveStep(
    sagaId: string,
    step: string,
    resolution: Resolution,
    options?: StepActing & { output?: JsonObject },
  ): Promise<Saga>;
  /**
   * Does the same to every saga that the filter finds, at a given rate, and gives each as it was acted on. Ended early or
   * broken off it goes on where it stopped when it is called again with the same `requestId`.
   */
  act(action: SagaAction, options?: ActOptions): AsyncGenerator<ActedOn, void>;
}

/** The methods over OperatorService. */
export function createOperatorMethods(transport: Transport, namespace: string): OperatorMethods {
  const operator = createRpcClient(OperatorService, transport);
  const target = (sagaId: string, options: Acting) => ({ namespace, sagaId, ...actingFields(options) });

  return {
    async suspend(sagaId, options = {}) {
      const request = target(sagaId, options);
      return callForSaga((rpc) => operator.suspendSaga(request, rpc), options.signal);
    },
    async resume(sagaId, options = {}) {
      const request = target(sagaId, options);
      return callForSaga((rpc) => operator.resumeSaga(request, rpc), options.signal);
    },
    async abandon(sagaId, options = {}) {
      const request = target(sagaId, options);
      return callForSaga((rpc) => operator.abandonSaga(request, rpc), options.signal);
    },
    async retryStep(sagaId, step, options = {}) {
      const { item, input } = options;
      const request = { ...target(sagaId, options), step, item, input };
      return callForSaga((rpc) => operator.retryStep(request, rpc), options.signal);
    },
    async skipStep(sagaId, step, options = {}) {
      const { item, output } = options;
      const request = { ...target(sagaId, options), step, item, output };
      return callForSaga((rpc) => operator.skipStep(request, rpc), options.signal);
    },
    async resolveStep(sagaId, step, resolution, options = {}) {
      const { item, output } = options;
      const request = { ...target(sagaId, options), step, item, outcome: toOutcome(resolution, output) };
      return callForSaga((rpc) => operator.resolveStep(request, rpc), options.signal);
    },
    async *act(action, options = {}) {
      const { failureCode = "", perSecond = 0, maxSagas = 0, dryRun = false, signal } = options;
      const { identity = "", reason = "", requestId = randomUUID() } = options;
      const request = { namespace, ...filterFields(options), failureCode, perSecond, maxSagas, dryRun };
      const whole = { ...request, action: toAction(action), identity, reason, requestId };
      try {
        for await (const { sagaId, error } of operator.actOnSagas(whole, { signal })) {
          yield error === undefined
            ? { sagaId }
            : { sagaId, error: { code: ErrorCode[error.code] ?? String(error.code), message: error.message } };
        }
      } catch (error) {
        throw BackstitchError.from(error);
      }
    },
  };
}

type Outcome = MessageInitShape<typeof ResolveStepRequestSchema>["outcome"];

function toOutcome(resolution: Resolution, output: JsonObject | undefined): Outcome {
  switch (resolution) {
    case "DO_APPLIED":
      return { case: "doApplied", value: { output } };
    case "DO_NOT_APPLIED":
      return { case: "doNotApplied", value: {} };
    case "UNDO_APPLIED":
      return { case: "undoApplied", value: {} };
  }
}

function toAction(action: SagaAction): MessageInitShape<typeof ActOnSagasRequestSchema>["action"] {
  switch (action.kind) {
    case "retryStep":
      return { case: "retryStep", value: { step: action.step ?? "" } };
    case "skipStep":
      return { case: "skipStep", value: { step: action.step, output: action.output } };
    case "resolveStep": {
      const outcome = toOutcome(action.resolution, action.output);
      return { case: "resolveStep", value: { step: action.step, outcome } };
    }
    default:
      return { case: action.kind, value: {} };
  }
}
