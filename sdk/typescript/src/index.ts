export { type Pending, pending, type Rejected, type RetryAfter, rejected, retryAfter } from "./answers.ts";
export type { Barrier, BarrierHandlers } from "./barrier.ts";
export { type ClientOf, type PostgresClient, type PostgresPool, postgresBarrier } from "./barrier-postgres.ts";
export { type SqliteDatabase, sqliteBarrier } from "./barrier-sqlite.ts";
export {
  type Client,
  type ClientOptions,
  createClient,
  type DefinitionSource,
  type ListOptions,
  type StartOptions,
  type View,
} from "./client.ts";
export type { DoContext, UndoContext } from "./context.ts";
export {
  type AwaitOptions,
  type CallOptions,
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
  type Action,
  type Actions,
  type ParticipantOptions,
  type ParticipantServer,
  type ParticipantTls,
  participant,
} from "./participant.ts";
export {
  type DefinitionVersion,
  type Failure,
  type HistoryEvent,
  isFinal,
  type Saga,
  type SagaStatus,
  type SagaStep,
  type StepStatus,
} from "./saga.ts";
export type { ClientTls } from "./transport.ts";
