import { createFaultList } from "../definition/faults.ts";
import { SagaView } from "../gen/backstitch/v1/saga_pb.js";
import type {
  GetSagaHistoryRequest,
  GetSagaHistoryResponse,
  ListSagasRequest,
  ListSagasResponse,
} from "../gen/backstitch/v1/saga_service_pb.js";
import { throwIfFaults } from "./faults.ts";
import { pageSizeOf } from "./fields.ts";
import { decodePageToken, encodePageToken } from "./page-token.ts";
import type { ApiDeps } from "./ports.ts";
import { sagaFilterOf } from "./saga-filter.ts";
import { describeSaga, planOf, sagaKeyOf, sagaNotFound } from "./sagas.ts";
import { countEvents, historyToWire } from "./wire-history.ts";

/** A page of sagas, newest first. */
export async function listSagas(deps: ApiDeps, request: ListSagasRequest): Promise<ListSagasResponse> {
  const faults = createFaultList();
  const query = sagaFilterOf(faults, request);
  const pageSize = pageSizeOf(faults, request.pageSize, 50, 500);
  throwIfFaults(faults.list);
  const position = decodePageToken(query, request.pageToken, ["number", "string"]);
  const after = position && { createdAt: position[0], sagaId: position[1] };

  const found = await deps.store.list({ ...query, pageSize: pageSize + 1, after });
  const page = found.slice(0, pageSize);
  const last = found.length > pageSize ? page.at(-1) : undefined;
  return {
    $typeName: "backstitch.v1.ListSagasResponse",
    sagas: await Promise.all(page.map((record) => describeSaga(deps, record, SagaView.BRIEF))),
    nextPageToken: last ? encodePageToken(query, [last.state.createdAt, last.header.sagaId]) : "",
  };
}

/** A page of a saga's history, oldest or newest first. */
export async function getSagaHistory(
  { store, catalog }: ApiDeps,
  request: GetSagaHistoryRequest,
): Promise<GetSagaHistoryResponse> {
  const faults = createFaultList();
  const key = sagaKeyOf(faults, request);
  const pageSize = pageSizeOf(faults, request.pageSize, 200, 1_000);
  throwIfFaults(faults.list);
  const { descending } = request;
  const query = [key.namespace, key.sagaId, descending];
  const position = decodePageToken(query, request.pageToken, ["number"]);

  const found = await store.history(key);
  if (found === undefined) throw sagaNotFound(key);
  const { batches, record } = found;
  const plan = await planOf(catalog, record.header);
  const total = countEvents(batches);
  // A position is the number that the next page begins with. Events are only ever added at the end, so that pages stay
  // what they are while the saga goes on.
  const from = position?.[0] ?? (descending ? total : 1);
  const next = descending ? from - pageSize : from + pageSize;
  const range = descending ? { first: next + 1, last: from } : { first: from, last: next - 1 };
  const events = historyToWire(batches, record, plan, request.view, range);
  const more = descending ? next >= 1 : next <= total;
  return {
    $typeName: "backstitch.v1.GetSagaHistoryResponse",
    events: descending ? events.reverse() : events,
    nextPageToken: more ? encodePageToken(query, [next]) : "",
  };
}
