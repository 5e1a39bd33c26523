import { checkName, createFaultList, type FaultList } from "../definition/faults.ts";
import { names } from "../definition/limits.ts";
import { checkLabels } from "../definition/validate.ts";
import { SagaStatus, SagaView } from "../gen/backstitch/v1/saga_pb.js";
import type {
  GetSagaHistoryRequest,
  GetSagaHistoryResponse,
  ListSagasRequest,
  ListSagasResponse,
} from "../gen/backstitch/v1/saga_service_pb.js";
import type { SagaStatus as DomainStatus } from "../machine/state.ts";
import { throwIfFaults } from "./faults.ts";
import { namespaceOf, pageSizeOf, timestampOf } from "./fields.ts";
import { decodePageToken, encodePageToken } from "./page-token.ts";
import type { ApiDeps } from "./ports.ts";
import { describeSaga, sagaKeyOf, sagaNotFound } from "./sagas.ts";
import { historyToWire } from "./wire-history.ts";

/** A page of sagas, newest first. */
export async function listSagas({ store, catalog }: ApiDeps, request: ListSagasRequest): Promise<ListSagasResponse> {
  const faults = createFaultList();
  const query = {
    namespace: namespaceOf(faults, request.namespace),
    statuses: statusesOf(faults, request.statuses),
    definition: request.definition || undefined,
    labels: Object.fromEntries(Object.entries(request.labels).sort(([a], [b]) => (a < b ? -1 : 1))),
    createdFrom: timestampOf(faults, "created_from", request.createdFrom),
    createdBefore: timestampOf(faults, "created_before", request.createdBefore),
  };
  if (query.definition !== undefined) checkName(faults, "definition", query.definition, names.definition);
  checkLabels(query.labels, "labels", faults);
  const pageSize = pageSizeOf(faults, request.pageSize, 50, 500);
  throwIfFaults(faults.list);
  const position = decodePageToken(query, request.pageToken, ["number", "string"]);
  const after = position && { createdAt: position[0], sagaId: position[1] };

  const found = await store.list({ ...query, pageSize: pageSize + 1, after });
  const page = found.slice(0, pageSize);
  const last = found.length > pageSize ? page.at(-1) : undefined;
  return {
    $typeName: "backstitch.v1.ListSagasResponse",
    sagas: await Promise.all(page.map((record) => describeSaga(catalog, record, SagaView.BRIEF))),
    nextPageToken: last ? encodePageToken(query, [last.state.createdAt, last.header.sagaId]) : "",
  };
}

function statusesOf(faults: FaultList, statuses: readonly SagaStatus[]): DomainStatus[] {
  const known = new Set<DomainStatus>();
  statuses.slice(0, 100).forEach((status, i) => {
    const name = SagaStatus[status];
    if (name === undefined || name === "UNSPECIFIED")
      faults.add(`statuses[${i}]`, "unknown_value", `${status} is not a status of a saga`);
    else known.add(name as DomainStatus);
  });
  return [...known].sort();
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
  const { header } = found.record;
  const plan = await catalog.version(header.namespace, header.definition, header.version);
  const all = historyToWire(found.batches, header, plan, request.view);
  // The position is the sequence that the next page begins with; events are only ever added at the end.
  const first = position?.[0] ?? (descending ? all.length : 1);
  const end = descending ? first - pageSize : first + pageSize;
  const events = descending ? all.slice(Math.max(0, end), first).reverse() : all.slice(first - 1, end - 1);
  const more = descending ? end >= 1 : end <= all.length;
  return {
    $typeName: "backstitch.v1.GetSagaHistoryResponse",
    events,
    nextPageToken: more ? encodePageToken(query, [end]) : "",
  };
}
