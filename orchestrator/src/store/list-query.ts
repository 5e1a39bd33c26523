import type { ListQuery, SagaRecord } from "./store.ts";

/** Whether a saga meets every condition of a query. */
export function matches({ header, state }: SagaRecord, query: ListQuery): boolean {
  return (
    header.namespace === query.namespace &&
    (query.statuses.length === 0 || query.statuses.includes(state.status)) &&
    (query.definition === undefined || header.definition === query.definition) &&
    Object.entries(query.labels).every(([name, value]) => header.labels[name] === value) &&
    (query.createdFrom === undefined || state.createdAt >= query.createdFrom) &&
    (query.createdBefore === undefined || state.createdAt < query.createdBefore) &&
    (query.after === undefined || comesAfter(state.createdAt, header.sagaId, query.after))
  );
}

/** Whether a saga stands behind another in a list: newest first, then by saga id from the end of the alphabet. */
export function comesAfter(
  createdAt: number,
  sagaId: string,
  other: { readonly createdAt: number; readonly sagaId: string },
): boolean {
  return createdAt < other.createdAt || (createdAt === other.createdAt && sagaId < other.sagaId);
}
