import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { JsonObject } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromDate } from "@bufbuild/protobuf/wkt";
import { createClient as createRpcClient } from "@connectrpc/connect";
import { type Duration, toMs } from "./duration.ts";
import { BackstitchError, type Fault } from "./errors.ts";
import type { SagaDefinition, SagaDefinitionJson } from "./gen/backstitch/v1/definition_pb.js";
import { DefinitionService } from "./gen/backstitch/v1/definition_service_pb.js";
import { type Saga as SagaMessage, SagaStatus as SagaStatusEnum, SagaView } from "./gen/backstitch/v1/saga_pb.js";
import { SagaService } from "./gen/backstitch/v1/saga_service_pb.js";
import { call, pauseOrThrow } from "./retry.ts";
import {
  type DefinitionVersion,
  type HistoryEvent,
  isFinal,
  type Saga,
  type SagaStatus,
  toDefinitionVersion,
  toHistoryEvent,
  toSaga,
} from "./saga.ts";
import { type ConnectionOptions, createConnection } from "./transport.ts";

/** How a client is made. */
export interface ClientOptions extends ConnectionOptions {
  /** Default: "default". */
  namespace?: string;
}

/** FULL (default), or BRIEF: without payloads. */
export type View = "FULL" | "BRIEF";

/** How a call may be given up. */
export interface Abortable {
  signal?: AbortSignal;
}

/** How a saga is started. */
export interface StartOptions extends Abortable {
  /** The same id with the same content gives the saga that exists. Default: derived from `requestId`. */
  sagaId?: string;
  /** The idempotency key. Default: a random one, so that the client's own repeats start one saga. */
  requestId?: string;
  /** 0 or unset: the latest version. */
  version?: number;
  /** How long to wait for the saga to become final. Default: not at all. */
  wait?: Duration;
  labels?: Record<string, string>;
  /** How long the saga may take; at most what its definition allows. */
  deadlineMs?: number;
  view?: View;
  /** Passed through to participants: traceparent and tracestate. */
  metadata?: Record<string, string>;
}

/** Which sagas to list. */
export interface ListOptions extends Abortable {
  /** Any of these. */
  statuses?: readonly SagaStatus[];
  definition?: string;
  /** All of these. */
  labels?: Record<string, string>;
  createdFrom?: Date;
  createdBefore?: Date;
  /** How many to fetch at a time, 1 to 500. */
  pageSize?: number;
}

/** A definition: the builder's message, its JSON, or YAML or JSON text. */
export type DefinitionSource = SagaDefinition | SagaDefinitionJson | string;

/** Starts sagas and follows them. What the server or the way to it refuses is a BackstitchError. */
export interface Client {
  /** Starts a saga of the definition's latest version. `started` is false where it was there already. */
  start(definition: string, input?: JsonObject, options?: StartOptions): Promise<{ saga: Saga; started: boolean }>;
  get(sagaId: string, options?: { view?: View } & Abortable): Promise<Saga>;
  /** Waits until the saga is final; after `timeout` (default: none) gives it as it then is. */
  wait(sagaId: string, options?: { timeout?: Duration; view?: View } & Abortable): Promise<Saga>;
  /** Gives the saga now and at every change until it is final, across broken connections. */
  watch(sagaId: string, options?: { view?: View } & Abortable): AsyncGenerator<Saga, void>;
  /** Turns a running saga round: what was done is undone. */
  cancel(
    sagaId: string,
    options?: {
      reason?: string;
      identity?: string;
      requestId?: string;
      expectedRevision?: number;
      wait?: Duration;
      view?: View;
    } & Abortable,
  ): Promise<Saga>;
  /** Lists sagas, newest first, in BRIEF views, page by page as they are read. */
  list(options?: ListOptions): AsyncGenerator<Saga, void>;
  /** Gives what happened to a saga, in order. */
  history(
    sagaId: string,
    options?: { descending?: boolean; view?: View } & Abortable,
  ): AsyncGenerator<HistoryEvent, void>;
  /** Registers a definition and makes it the latest. `created` is false where the same content was there already. */
  register(
    source: DefinitionSource,
    options?: { identity?: string; requestId?: string } & Abortable,
  ): Promise<{ version: DefinitionVersion; created: boolean }>;
  /** All the faults of a definition; none: it can be registered. */
  validate(source: DefinitionSource, options?: Abortable): Promise<Fault[]>;
  /** Closes the connection. */
  close(): void;
}

/** The most a server waits in one call. */
const longestWaitMs = 60_000;
/** Between two waits, should a server answer at once. */
const leastPauseMs = 100;

/** Makes a client of an orchestrator. */
export function createClient(options: ClientOptions): Client {
  const connection = createConnection(options);
  const sagas = createRpcClient(SagaService, connection.transport);
  const definitions = createRpcClient(DefinitionService, connection.transport);
  const namespace = options.namespace ?? "";

  async function waitUntil(
    sagaId: string,
    untilMs: number,
    view: View | undefined,
    signal?: AbortSignal,
  ): Promise<Saga> {
    for (;;) {
      const waitMs = clamp(untilMs - Date.now());
      const request = { namespace, sagaId, view: toView(view), wait: durationFromMs(waitMs) };
      const { saga } = await call((options) => sagas.getSaga(request, options), signal, waitMs);
      const found = given(saga);
      if (isFinal(found) || Date.now() >= untilMs) return found;
      await pause(signal);
    }
  }

  return {
    async start(definition, input = {}, options = {}) {
      const { sagaId = "", version = 0, labels = {}, deadlineMs, metadata = {}, signal } = options;
      const untilMs = Date.now() + toMs(options.wait ?? 0);
      const waitMs = clamp(untilMs - Date.now());
      const request = {
        namespace,
        definition,
        version,
        sagaId,
        input,
        labels,
        metadata,
        deadline: deadlineMs === undefined ? undefined : durationFromMs(deadlineMs),
        requestId: options.requestId ?? randomUUID(),
        wait: waitMs === 0 ? undefined : durationFromMs(waitMs),
        view: toView(options.view),
      };
      const { saga, started } = await call((options) => sagas.startSaga(request, options), signal, waitMs);
      const found = given(saga);
      if (isFinal(found) || Date.now() >= untilMs) return { saga: found, started };
      return { saga: await waitUntil(found.sagaId, untilMs, options.view, signal), started };
    },

    async get(sagaId, { view, signal } = {}) {
      const request = { namespace, sagaId, view: toView(view) };
      return given((await call((options) => sagas.getSaga(request, options), signal)).saga);
    },

    wait(sagaId, { timeout, view, signal } = {}) {
      const untilMs = timeout === undefined ? Number.POSITIVE_INFINITY : Date.now() + toMs(timeout);
      return waitUntil(sagaId, untilMs, view, signal);
    },

    async *watch(sagaId, { view, signal } = {}) {
      let afterRevision = 0n;
      for (let failed = 0; ; ) {
        try {
          const request = { namespace, sagaId, view: toView(view), afterRevision };
          for await (const { saga } of sagas.watchSaga(request, { signal })) {
            failed = 0;
            if (saga === undefined || saga.revision <= afterRevision) continue;
            afterRevision = saga.revision;
            const found = toSaga(saga);
            yield found;
            if (isFinal(found)) return;
          }
        } catch (error) {
          await pauseOrThrow(error, failed++, signal);
          continue;
        }
        await pause(signal);
      }
    },

    async cancel(sagaId, options = {}) {
      const { reason = "", identity = "", expectedRevision = 0, signal } = options;
      const untilMs = Date.now() + toMs(options.wait ?? 0);
      const waitMs = clamp(untilMs - Date.now());
      const request = {
        namespace,
        sagaId,
        reason,
        identity,
        requestId: options.requestId ?? randomUUID(),
        expectedRevision: BigInt(expectedRevision),
        wait: waitMs === 0 ? undefined : durationFromMs(waitMs),
        view: toView(options.view),
      };
      const found = given((await call((options) => sagas.cancelSaga(request, options), signal, waitMs)).saga);
      return isFinal(found) || Date.now() >= untilMs ? found : waitUntil(sagaId, untilMs, options.view, signal);
    },

    list({ statuses = [], definition = "", labels = {}, createdFrom, createdBefore, pageSize = 0, signal } = {}) {
      const query = {
        namespace,
        statuses: statuses.map((status) => SagaStatusEnum[status]),
        definition,
        labels,
        createdFrom: createdFrom && timestampFromDate(createdFrom),
        createdBefore: createdBefore && timestampFromDate(createdBefore),
        pageSize,
      };
      return pages(async (pageToken) => {
        const page = await call((options) => sagas.listSagas({ ...query, pageToken }, options), signal);
        return { items: page.sagas.map(toSaga), next: page.nextPageToken };
      });
    },

    history(sagaId, { descending = false, view, signal } = {}) {
      const query = { namespace, sagaId, descending, view: toView(view) };
      return pages(async (pageToken) => {
        const page = await call((options) => sagas.getSagaHistory({ ...query, pageToken }, options), signal);
        return { items: page.events.map(toHistoryEvent), next: page.nextPageToken };
      });
    },

    async register(source, { identity = "", requestId = randomUUID(), signal } = {}) {
      const request = { namespace, source: toSource(source), identity, requestId };
      const { version, created } = await call((options) => definitions.registerDefinition(request, options), signal);
      if (version === undefined) throw incomplete();
      return { version: toDefinitionVersion(version), created };
    },

    async validate(source, { signal } = {}) {
      const request = { namespace, source: toSource(source) };
      const { faults } = await call((options) => definitions.validateDefinition(request, options), signal);
      return faults.map(({ field, rule, message }) => ({ field, rule, message }));
    },

    close: () => connection.close(),
  };
}

async function* pages<T>(fetch: (pageToken: string) => Promise<{ items: T[]; next: string }>): AsyncGenerator<T, void> {
  let pageToken = "";
  do {
    const { items, next } = await fetch(pageToken);
    yield* items;
    pageToken = next;
  } while (pageToken !== "");
}

async function pause(signal: AbortSignal | undefined): Promise<void> {
  await delay(leastPauseMs, undefined, { signal }).catch(() => {});
}

function clamp(waitMs: number): number {
  return Math.max(0, Math.min(Math.ceil(waitMs), longestWaitMs));
}

function toView(view: View | undefined): SagaView {
  return view === undefined ? SagaView.UNSPECIFIED : SagaView[view];
}

function toSource(source: DefinitionSource) {
  if (typeof source === "string") return { case: "text", value: source } as const;
  // JSON goes as text: the server names the faults in it, where reading it here would stop at the first.
  return "$typeName" in source
    ? ({ case: "definition", value: source } as const)
    : ({ case: "text", value: JSON.stringify(source) } as const);
}

function given(saga: SagaMessage | undefined): Saga {
  if (saga === undefined) throw incomplete();
  return toSaga(saga);
}

function incomplete(): BackstitchError {
  return new BackstitchError("INTERNAL", "INTERNAL", "the server's answer lacks what was asked for");
}
