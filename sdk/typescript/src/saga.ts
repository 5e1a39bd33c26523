import { type JsonObject, toJson } from "@bufbuild/protobuf";
import {
  type DefinitionVersion as DefinitionVersionMessage,
  DefinitionVersionSchema,
  type SagaDefinitionJson,
  SagaDefinitionSchema,
} from "./gen/backstitch/v1/definition_pb.js";
import {
  type HistoryEvent as HistoryEventMessage,
  HistoryEventSchema,
  type Saga as SagaMessage,
  SagaSchema,
} from "./gen/backstitch/v1/saga_pb.js";
import { toPlain } from "./plain.ts";

/** Where a saga stands. The last three are final. */
export type SagaStatus = "RUNNING" | "COMPENSATING" | "SUSPENDED" | "COMPLETED" | "COMPENSATED" | "ABANDONED";

/** Where a step stands. */
export type StepStatus =
  | "PENDING"
  | "RUNNING"
  | "WAITING"
  | "DONE"
  | "REJECTED"
  | "FAILED"
  | "SKIPPED"
  | "SUSPENDED"
  | "UNDOING"
  | "UNDONE";

/** Why something failed. */
export interface Failure {
  kind?: "REJECTED" | "TECHNICAL" | "TIMEOUT" | "EXPRESSION" | "CANCELLED" | "DEADLINE" | "QUARANTINED";
  /** A business code such as "CARD_DECLINED", a gRPC status name, or an error code of the orchestrator. */
  code: string;
  message: string;
  details?: JsonObject;
  /** Empty where it happened in no step. */
  step: string;
}

/** A step of a saga. */
export interface SagaStep {
  name: string;
  status: StepStatus;
  waitReason?: "BACKOFF" | "TIMER" | "SIGNAL" | "COMPLETION" | "BREAKER";
  /** Attempts made in the present direction. */
  attempt: number;
  round: number;
  /** Whether an effect may exist that has not been undone. */
  armed: boolean;
  input?: JsonObject;
  output?: JsonObject;
  failure?: Failure;
  startedAt?: Date;
  finishedAt?: Date;
  nextAttemptAt?: Date;
}

/** A saga. Payloads are missing from a BRIEF view. */
export interface Saga {
  namespace: string;
  sagaId: string;
  definition: string;
  version: number;
  status: SagaStatus;
  direction: "FORWARD" | "BACKWARD";
  input?: JsonObject;
  steps: SagaStep[];
  labels: Record<string, string>;
  createdAt: Date;
  updatedAt: Date;
  finishedAt?: Date;
  deadline?: Date;
  overdue: boolean;
  /** Why it is compensated or suspended. */
  failure?: Failure;
  revision: number;
  wakeAt?: Date;
}

/** An entry of a saga's history: `kind` says what happened, in the words of the contract ("stepDone"). */
export interface HistoryEvent {
  /** Counts from 1 without gaps. */
  sequence: number;
  time: Date;
  kind: string;
  step?: string;
  attempt?: number;
  round?: number;
  output?: JsonObject;
  failure?: Failure;
  [field: string]: unknown;
}

/** A registered version of a definition. */
export interface DefinitionVersion {
  namespace: string;
  definition: SagaDefinitionJson;
  version: number;
  latest: boolean;
  /** SHA-256 of the canonical JSON, in hexadecimal. */
  digest: string;
  registeredAt?: Date;
}

/** Whether a saga has come to its end. */
export function isFinal(saga: Pick<Saga, "status">): boolean {
  return saga.status === "COMPLETED" || saga.status === "COMPENSATED" || saga.status === "ABANDONED";
}

/** The plain form of a saga. */
export function toSaga(message: SagaMessage): Saga {
  return toPlain(SagaSchema, message) as unknown as Saga;
}

/** The plain form of a history entry. */
export function toHistoryEvent(message: HistoryEventMessage): HistoryEvent {
  const { event, ...rest } = toPlain(HistoryEventSchema, message);
  return { ...rest, ...(event as object) } as HistoryEvent;
}

/** The plain form of a definition's version. */
export function toDefinitionVersion(message: DefinitionVersionMessage): DefinitionVersion {
  const definition = message.definition && toJson(SagaDefinitionSchema, message.definition);
  return { ...toPlain(DefinitionVersionSchema, message), definition } as unknown as DefinitionVersion;
}
