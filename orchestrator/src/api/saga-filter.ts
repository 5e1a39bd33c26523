import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { checkName, type FaultList } from "../definition/faults.ts";
import { names } from "../definition/limits.ts";
import { checkLabels } from "../definition/validate.ts";
import { SagaStatus } from "../gen/backstitch/v1/saga_pb.js";
import type { SagaStatus as DomainStatus } from "../machine/state.ts";
import type { ListQuery } from "../store/store.ts";
import { namespaceOf, timestampOf } from "./fields.ts";

/** Which sagas a request means. */
export type SagaFilter = Omit<ListQuery, "pageSize" | "after">;

/** The filter of ListSagas and ActOnSagas; the same for requests that mean the same, however they are written. */
export function sagaFilterOf(
  faults: FaultList,
  request: {
    readonly namespace: string;
    readonly statuses: readonly SagaStatus[];
    readonly definition: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly createdFrom?: Timestamp | undefined;
    readonly createdBefore?: Timestamp | undefined;
  },
): SagaFilter {
  if (request.definition !== "") checkName(faults, "definition", request.definition, names.definition);
  checkLabels(request.labels, "labels", faults);
  return {
    namespace: namespaceOf(faults, request.namespace),
    statuses: statusesOf(faults, request.statuses),
    definition: request.definition || undefined,
    labels: Object.fromEntries(Object.entries(request.labels).sort(([a], [b]) => (a < b ? -1 : 1))),
    createdFrom: timestampOf(faults, "created_from", request.createdFrom),
    createdBefore: timestampOf(faults, "created_before", request.createdBefore),
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
