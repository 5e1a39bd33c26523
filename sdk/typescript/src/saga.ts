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
import { type SagaEvent as SagaEventMessage, SagaEventSchema } from "./gen/backstitch/v1/saga_service_pb.js";
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
  kind?: "REJECTED" | "TECHNICAL" | "TIMEOUT" | "EXPRESSION" | "CANCELLED" | "DEADLINE" | "QUARANTINED" | "SUSPENDED";
  /** A business code such as "CARD_DECLINED", a gRPC status name, or an error code of the orchestrator. */
  code: string;
  message: string;
  details?: JsonObject;
  /** Empty where it happened in no step. */
  step: string;
}

/** What a waiting step waits for. */
export type WaitReason = "BACKOFF" | "TIMER" | "SIGNAL" | "COMPLETION" | "BREAKER" | "CHILD";

/** What is done and undone: a step, or an item of a forEach step. */
export interface StepItem {
  status: StepStatus;
  /** Set while the status is WAITING. */
  waitReason?: WaitReason;
  /** Attempts made in the present direction. */
  attempt: number;
  /** Whether an effect may exist that has not been undone. */
  armed: boolean;
  input?: JsonObject;
  output?: JsonObject;
  /** The last failure, or the refusal. */
  failure?: Failure;
  startedAt?: Date;
  finishedAt?: Date;
  /** When it goes on by itself: the next attempt, a timer, the end of a wait. */
  nextAttemptAt?: Date;
}

/** A step of a saga. */
export interface SagaStep extends StepItem {
  name: string;
  /** Counts the times the step began anew after it was undone; 0 for the first. */
  round: number;
  /** How often the saga went back from here. */
  returns: number;
  /** It is being undone to be done anew. */
  reverting: boolean;
  /** The items of a forEach step that has begun, in the order of the list. */
  items?: StepItem[];
  /** The saga that a step runs. */
  childSagaId?: string;
  /** The signal that a step waits for. */
  signal?: string;
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
  /** When it next wakes by itself, while it waits. */
  wakeAt?: Date;
  /** What it gave, once it is COMPLETED. */
  output?: JsonObject;
  /** `held` is false while another saga has the lock: the first step waits. */
  lock?: { name: string; key: string; held: boolean };
  /** The saga that runs it, and the step that does, if it is a child. */
  parent?: { sagaId: string; step: string };
  /** Why it is SUSPENDED, and since when its clocks stand still. */
  suspension?: { failure?: Failure; since?: Date };
  /** Signals that came and no step has taken yet. */
  signals: { name: string; payload?: JsonObject; receivedAt?: Date }[];
}

/** A transition of a saga, as the feed of all sagas tells of it. */
export interface SagaEvent {
  namespace: string;
  sagaId: string;
  definition: string;
  version: number;
  status: SagaStatus;
  direction: "FORWARD" | "BACKWARD";
  revision: number;
  time: Date;
  labels: Record<string, string>;
  /** Where to go on once this event is dealt with; undefined where there is none yet. */
  cursor?: string;
}

/** An entry of a saga's history: `kind` says what happened, in the words of the contract ("stepDone"). */
export interface HistoryEvent {
  /** Counts from 1 without gaps. */
  sequence: number;
  time: Date;
  kind: string;
  step?: string;
  /** The item of a forEach step. */
  item?: number;
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
  const saga = toPlain(SagaSchema, message) as unknown as Saga;
  for (const step of saga.steps) {
    // What only some kinds of steps have.
    if (step.items?.length === 0) delete step.items;
    if (step.childSagaId === "") delete step.childSagaId;
    if (step.signal === "") delete step.signal;
  }
  return saga;
}

/** The plain form of a feed's entry. An empty cursor is none. */
export function toSagaEvent(message: SagaEventMessage, cursor: string): SagaEvent {
  const event = toPlain(SagaEventSchema, message) as unknown as SagaEvent;
  return cursor === "" ? event : { ...event, cursor };
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
