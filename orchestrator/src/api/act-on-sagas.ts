import { pause } from "../clock.ts";
import type { Plan } from "../definition/types.ts";
import { BackstitchError, statusOf } from "../errors.ts";
import { ErrorCode } from "../gen/backstitch/v1/errors_pb.js";
import type { ActOnSagasRequest, ActOnSagasResponse } from "../gen/backstitch/v1/operator_service_pb.js";
import { transition } from "../machine/transition.ts";
import type { InboxItem, ListQuery, SagaRecord, Store } from "../store/store.ts";
import { type Bulk, checkBulk } from "./bulk-request.ts";
import { endOf, onAbort } from "./end.ts";
import type { Call } from "./handlers.ts";
import { accepted, type Inbox } from "./inbox.ts";
import type { Latch } from "./latch.ts";
import type { ApiDeps } from "./ports.ts";
import { refused } from "./refusals.ts";
import { planOf } from "./sagas.ts";

/** Sagas read from the store at once. */
const PAGE_SIZE = 100;

/**
 * Does the same to every saga that a filter finds, newest first, and tells of each. A tenth of a second's worth of sagas
 * is seen to at the same time, so that a slow owner does not hold up the rest. Ends when the caller goes; what was put
 * into an inbox by then is done all the same.
 */
export async function* actOnSagas(
  deps: ApiDeps,
  inbox: Inbox,
  stopping: Latch,
  request: ActOnSagasRequest,
  call: Call,
): AsyncGenerator<ActOnSagasResponse> {
  const bulk = checkBulk(request);
  const end = endOf(call, stopping);
  // The call itself is asked once: it is not made for a listener of each saga.
  const each: Call = { remainingMs: call.remainingMs, onEnd: (listener) => onAbort(end.signal, listener) };
  const pace = createPace(bulk.perSecond, end.signal);
  const act = bulk.dryRun
    ? (record: SagaRecord, items: readonly InboxItem[], plan: Plan) => tryOut(deps.store, record, items, plan)
    : (record: SagaRecord, items: readonly InboxItem[]) => ask(deps.store, inbox, pace, record, items, each);
  try {
    for await (const sagas of batches(find(deps.store, bulk, end.signal), Math.ceil(bulk.perSecond / 10)))
      yield* await Promise.all(sagas.map((record) => actOn(deps, bulk, record, act)));
    if (stopping.fired) throw ended();
  } finally {
    end.stop();
  }
}

type Act = (record: SagaRecord, items: readonly InboxItem[], plan: Plan) => Promise<void>;

async function actOn(
  { catalog, logger }: ApiDeps,
  bulk: Bulk,
  record: SagaRecord,
  act: Act,
): Promise<ActOnSagasResponse> {
  const { sagaId } = record.header;
  const answer = { $typeName: "backstitch.v1.ActOnSagasResponse", sagaId } as const;
  try {
    const plan = await planOf(catalog, record.header);
    await act(record, bulk.itemsFor(record, plan), plan);
    return answer;
  } catch (thrown) {
    const error = BackstitchError.from(thrown);
    // Not about this saga: it would be the same for all others.
    if (statusOf[error.code] === "UNAVAILABLE") throw error;
    if (error.code === "INTERNAL") logger.error({ saga_id: sagaId, err: error.cause }, "ActOnSagas: a saga failed");
    const { code, message } = error;
    return { ...answer, error: { $typeName: "backstitch.v1.ActError", code: ErrorCode[code], message } };
  }
}

/** Throws what the saga would answer, as it is now. */
async function tryOut(store: Store, record: SagaRecord, items: readonly InboxItem[], plan: Plan): Promise<void> {
  for (const { command } of items) {
    const { refusal } = transition(plan, record.state, command, store.now());
    if (refusal) throw refused(refusal, record.header);
  }
}

/** What an earlier run did takes nothing of the rate: a repeated request is soon where that one stopped. */
async function ask(
  store: Store,
  inbox: Inbox,
  pace: () => Promise<void>,
  { header }: SagaRecord,
  items: readonly InboxItem[],
  call: Call,
): Promise<void> {
  const told = await Promise.all(items.map(({ requestId }) => store.result(header, requestId)));
  if (told.includes(undefined)) await pace();
  for (const item of items) accepted(await inbox.ask(header, item, call));
}

/** The sagas that are meant, newest first, read page by page: what began after the first page is not among them. */
async function* find(store: Store, bulk: Bulk, signal: AbortSignal): AsyncGenerator<SagaRecord> {
  let left = bulk.maxSagas;
  let after: ListQuery["after"];
  while (!signal.aborted) {
    const page = await store.list({ ...bulk.filter, pageSize: PAGE_SIZE, after });
    for (const record of page) {
      if (!bulk.wants(record)) continue;
      yield record;
      if (--left === 0) return;
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_SIZE) return;
    after = { createdAt: last.state.createdAt, sagaId: last.header.sagaId };
  }
}

async function* batches<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    if (batch.push(item) < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** A token bucket of one: each who calls waits for a token of its own. Rejects with STOPPING once the signal is aborted. */
export function createPace(perSecond: number, signal: AbortSignal): () => Promise<void> {
  let nextAt = 0;
  return async () => {
    const now = performance.now();
    const at = Math.max(nextAt, now);
    nextAt = at + 1_000 / perSecond;
    if (at > now) await pause(at - now, signal);
    if (signal.aborted) throw ended();
  };
}

function ended(): BackstitchError {
  return new BackstitchError(
    "STOPPING",
    "this replica is stopping; repeat the request, with the same request_id, to go on",
  );
}
