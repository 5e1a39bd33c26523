import { checkName, createFaultList } from "../definition/faults.ts";
import { names } from "../definition/limits.ts";
import { checkLabels } from "../definition/validate.ts";
import { BackstitchError } from "../errors.ts";
import { Direction, SagaStatus } from "../gen/backstitch/v1/saga_pb.js";
import type { SagaEvent, WatchEventsRequest, WatchEventsResponse } from "../gen/backstitch/v1/saga_service_pb.js";
import type { FeedEntry, FeedQuery } from "../store/store.ts";
import { endOf } from "./end.ts";
import { throwIfFaults } from "./faults.ts";
import { checkText, namespaceOf } from "./fields.ts";
import type { Call } from "./handlers.ts";
import type { Latch } from "./latch.ts";
import { requestLimits } from "./limits.ts";
import type { ApiDeps } from "./ports.ts";
import { timestampToWire } from "./wire-time.ts";

/**
 * Gives the transitions of all sagas that the filter lets through, until the caller goes. The cursor moves on with every
 * message, also where the filter left nothing of it: who watches for something rare does not fall behind what is kept.
 */
export async function* watchEvents(
  { store }: ApiDeps,
  stopping: Latch,
  request: WatchEventsRequest,
  call: Call,
): AsyncGenerator<WatchEventsResponse> {
  const query = queryOf(request);
  const wanted = createFilter(request);
  const end = endOf(call, stopping);
  try {
    for await (const { entries, cursor } of store.feed(query, end.signal)) {
      const events = entries.filter(wanted).map(eventToWire);
      yield { $typeName: "backstitch.v1.WatchEventsResponse", events, cursor };
    }
    if (stopping.fired)
      throw new BackstitchError("STOPPING", "this replica is stopping; go on from the last cursor through another");
  } finally {
    end.stop();
  }
}

function queryOf(request: WatchEventsRequest): FeedQuery {
  const { cursor, definition, fromOldest, labels } = request;
  const faults = createFaultList();
  const namespace = namespaceOf(faults, request.namespace);
  if (definition !== "") checkName(faults, "definition", definition, names.definition);
  checkLabels(labels, "labels", faults);
  checkText(faults, "cursor", cursor, requestLimits.cursor);
  if (cursor !== "" && fromOldest)
    faults.add("from_oldest", "conflicting_fields", "goes not together with a cursor, which says where to begin");
  throwIfFaults(faults.list);
  if (cursor !== "") return { namespace, from: { cursor } };
  return { namespace, from: fromOldest ? "oldest" : "now" };
}

/** Whether an entry is of the definition and carries the labels that are asked for. */
function createFilter(request: Pick<WatchEventsRequest, "definition" | "labels">) {
  const labels = Object.entries(request.labels);
  return (entry: FeedEntry): boolean =>
    (request.definition === "" || entry.definition === request.definition) &&
    labels.every(([name, value]) => entry.labels[name] === value);
}

function eventToWire(entry: FeedEntry): SagaEvent {
  return {
    $typeName: "backstitch.v1.SagaEvent",
    namespace: entry.namespace,
    sagaId: entry.sagaId,
    definition: entry.definition,
    version: entry.version,
    status: SagaStatus[entry.status],
    direction: entry.direction === "forward" ? Direction.FORWARD : Direction.BACKWARD,
    revision: BigInt(entry.revision),
    time: timestampToWire(entry.at),
    labels: entry.labels,
  };
}
