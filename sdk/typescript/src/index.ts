export { type Pending, pending, type Rejected, type RetryAfter, rejected, retryAfter } from "./answers.ts";
export type { Barrier, BarrierHandlers } from "./barrier.ts";
export { postgresBarrier } from "./barrier-postgres.ts";
export { type SqliteDatabase, sqliteBarrier } from "./barrier-sqlite.ts";
export type { DefinitionMethods, DefinitionSource } from "./client/definitions.ts";
export type { EventMethods, WatchEventsOptions } from "./client/events.ts";
export type {
  ActedOn,
  ActOptions,
  OperatorMethods,
  Resolution,
  SagaAction,
  StepActing,
} from "./client/operator.ts";
export type { Abortable, Acting, View } from "./client/requests.ts";
export type { ListOptions, SagaFilter, SagaMethods, StartOptions } from "./client/sagas.ts";
export type { SignalMethods, StepOutcome, Work, WorkOptions } from "./client/signals.ts";
export { type Client, type ClientOptions, createClient } from "./client.ts";
export type { DoContext, UndoContext } from "./context.ts";
export {
  type AwaitOptions,
  type CallOptions,
  type CallRule,
  type ChildSagaOptions,
  type ForEachOptions,
  type GoBack,
  type Lock,
  type Mapping,
  type OnFailure,
  type Retry,
  type SagaBuilder,
  type SagaOptions,
  type StepOptions,
  saga,
} from "./definition.ts";
export type { Duration } from "./duration.ts";
export { BackstitchError, type Fault } from "./errors.ts";
export type { Logger } from "./execute.ts";
export {
  createOutbox,
  type Outbox,
  type OutboxOptions,
  type OutboxStartOptions,
  type OutboxStats,
  type OutboxTransaction,
} from "./outbox.ts";
export type { OutboxDelivery, OutboxFailure, OutboxRelay, RelayOptions } from "./outbox-relay.ts";
export {
  type Action,
  type Actions,
  type ParticipantOptions,
  type ParticipantServer,
  type ParticipantTls,
  participant,
} from "./participant.ts";
export type { ClientOf, PostgresClient, PostgresPool } from "./postgres.ts";
export {
  type DefinitionVersion,
  type Failure,
  type HistoryEvent,
  isFinal,
  type Saga,
  type SagaEvent,
  type SagaStatus,
  type SagaStep,
  type StepItem,
  type StepStatus,
  type WaitReason,
} from "./saga.ts";
export type { ClientTls } from "./transport.ts";
