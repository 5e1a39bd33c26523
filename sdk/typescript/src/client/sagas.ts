import { randomUUID } from "node:crypto";
import type { JsonObject } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromDate } from "@bufbuild/protobuf/wkt";
import { createClient as createRpcClient, type Transport } from "@connectrpc/connect";
import { type Duration, toMs } from "../duration.ts";
import { SagaStatus as SagaStatusEnum } from "../gen/backstitch/v1/saga_pb.js";
import { SagaService } from "../gen/backstitch/v1/saga_service_pb.js";
import { call } from "../retry.ts";
import { type HistoryEvent, isFinal, type Saga, type SagaStatus, toHistoryEvent, toSaga } from "../saga.ts";
import {
  type Abortable,
  type Acting,
  actingFields,
  given,
  pages,
  pause,
  resumed,
  toView,
  type View,
} from "./requests.ts";

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

/** Which sagas are meant. */
export interface SagaFilter {
  /** Any of these. */
  statuses?: readonly SagaStatus[];
  definition?: string;
  /** All of these. */
  labels?: Record<string, string>;
  createdFrom?: Date;
  createdBefore?: Date;
}

/** Which sagas to list. */
export interface ListOptions extends SagaFilter, Abortable {
  /** How many to fetch at a time, 1 to 500. */
  pageSize?: number;
}

/** Starts sagas, looks at them and turns them round. */
export interface SagaMethods {
  /** Starts a saga of the definition's latest version. `started` is false where it was there already. */
  start(definition: string, input?: JsonObject, options?: StartOptions): Promise<{ saga: Saga; started: boolean }>;
  get(sagaId: string, options?: { view?: View } & Abortable): Promise<Saga>;
  /** Waits until the saga is final; after `timeout` (default: none) gives it as it then is. */
  wait(sagaId: string, options?: { timeout?: Duration; view?: View } & Abortable): Promise<Saga>;
  /**
   * Gives the saga now and at every change until it is final, across broken connections. After a revision that is known
   * already, `afterRevision`, it waits for the next one first.
   */
  watch(sagaId: string, options?: { afterRevision?: number; view?: View } & Abortable): AsyncGenerator<Saga, void>;
  /** Turns a running saga round: what was done is undone. PAST_PIVOT where that is too late. */
  cancel(sagaId: string, options?: { wait?: Duration; view?: View } & Acting): Promise<Saga>;
  /** Lists sagas, newest first, in BRIEF views, page by page as they are read. */
  list(options?: ListOptions): AsyncGenerator<Saga, void>;
  /** Gives what happened to a saga, in order or, with `descending`, from the newest back, page by page as it is read. */
  history(
    sagaId: string,
    options?: { descending?: boolean; view?: View; pageSize?: number } & Abortable,
  ): AsyncGenerator<HistoryEvent, void>;
}

/** The most a server waits in one call. */
const longestWaitMs = 60_000;

/** The methods over SagaService that concern whole sagas. */
export function createSagaMethods(transport: Transport, namespace: string): SagaMethods {
  const sagas = createRpcClient(SagaService, transport);

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
        view: toView(options.view),
      };
      // The start is repeated rather than the saga asked for: a store that lost it meanwhile starts it anew.
      for (let isNew = false; ; await pause(signal)) {
        const waitMs = clamp(untilMs - Date.now());
        const wait = waitMs === 0 ? undefined : durationFromMs(waitMs);
        const { saga, started } = await call(
          (options) => sagas.startSaga({ ...request, wait }, options),
          signal,
          waitMs,
        );
        isNew ||= started;
        const found = given(saga);
        if (isFinal(found) || Date.now() >= untilMs) return { saga: found, started: isNew };
      }
    },

    async get(sagaId, { view, signal } = {}) {
      const request = { namespace, sagaId, view: toView(view) };
      return given((await call((options) => sagas.getSaga(request, options), signal)).saga);
    },

    wait(sagaId, { timeout, view, signal } = {}) {
      const untilMs = timeout === undefined ? Number.POSITIVE_INFINITY : Date.now() + toMs(timeout);
      return waitUntil(sagaId, untilMs, view, signal);
    },

    async *watch(sagaId, { afterRevision = 0, view, signal } = {}) {
      let seen = BigInt(afterRevision);
      const query = { namespace, sagaId, view: toView(view) };
      const open = () => sagas.watchSaga({ ...query, afterRevision: seen }, { signal });
      for await (const { saga } of resumed(open, signal)) {
        if (saga === undefined || saga.revision <= seen) continue;
        seen = saga.revision;
        const found = toSaga(saga);
        yield found;
        if (isFinal(found)) return;
      }
    },

    async cancel(sagaId, options = {}) {
      const untilMs = Date.now() + toMs(options.wait ?? 0);
      const waitMs = clamp(untilMs - Date.now());
      const request = {
        namespace,
        sagaId,
        ...actingFields(options),
        wait: waitMs === 0 ? undefined : durationFromMs(waitMs),
        view: toView(options.view),
      };
      const { signal, view } = options;
      const found = given((await call((options) => sagas.cancelSaga(request, options), signal, waitMs)).saga);
      return isFinal(found) || Date.now() >= untilMs ? found : waitUntil(sagaId, untilMs, view, signal);
    },

    list({ pageSize = 0, signal, ...filter } = {}) {
      const query = { namespace, ...filterFields(filter), pageSize };
      return pages(async (pageToken) => {
        const page = await call((options) => sagas.listSagas({ ...query, pageToken }, options), signal);
        return { items: page.sagas.map(toSaga), next: page.nextPageToken };
      });
    },

    history(sagaId, { descending = false, view, pageSize = 0, signal } = {}) {
      const query = { namespace, sagaId, descending, view: toView(view), pageSize };
      return pages(async (pageToken) => {
        const page = await call((options) => sagas.getSagaHistory({ ...query, pageToken }, options), signal);
        return { items: page.events.map(toHistoryEvent), next: page.nextPageToken };
      });
    },
  };
}

/** The fields of a request that say which sagas are meant. */
export function filterFields({ statuses = [], definition = "", labels = {}, createdFrom, createdBefore }: SagaFilter) {
  return {
    statuses: statuses.map((status) => SagaStatusEnum[status]),
    definition,
    labels,
    createdFrom: createdFrom && timestampFromDate(createdFrom),
    createdBefore: createdBefore && timestampFromDate(createdBefore),
  };
}

function clamp(waitMs: number): number {
  return Math.max(0, Math.min(Math.ceil(waitMs), longestWaitMs));
}
