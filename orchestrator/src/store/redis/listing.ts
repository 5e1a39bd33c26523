import { decodeRecord } from "../codec.ts";
import type { Keys } from "../keys.ts";
import { matches } from "../list-query.ts";
import { SAGA_STATUSES } from "../step-codec.ts";
import type { ListQuery, SagaRecord } from "../store.ts";
import type { Caller } from "./caller.ts";
import { createIndexCursor, type Row } from "./index-cursor.ts";
import { readRecord } from "./record.ts";

/** A condition as indexes: a saga meets it if it is in one of them. */
type Filter = (partition: number) => readonly string[];

/**
 * Sagas that meet a query, newest first. Walks the smallest of the indexes that the query names, merged over the
 * partitions, looks its rows up in the others, and only then reads records.
 */
export async function listSagas(caller: Caller, keys: Keys, query: ListQuery): Promise<readonly SagaRecord[]> {
  const partitions = keys.everyPartition;
  const [primary, ...others] = await bySize(caller, partitions, filtersOf(keys, query));
  const sources = partitions.flatMap((p) => primary!(p).map((key) => ({ key, partition: p })));
  const chunk = Math.max(4, Math.ceil((2 * query.pageSize) / sources.length));
  const cursors = sources.map(({ key, partition }) => createIndexCursor(caller, key, partition, query, chunk));

  const found: SagaRecord[] = [];
  // A saga that changes its status meanwhile may come from two indexes.
  const seen = new Set<string>();
  while (found.length < query.pageSize) {
    const rows: Row[] = [];
    let ended = false;
    while (rows.length < query.pageSize) {
      await Promise.all(cursors.map((cursor) => cursor.fill()));
      const newest = cursors.reduce((best, cursor) => (isNewer(cursor.head(), best.head()) ? cursor : best));
      const row = newest.head();
      if (row === undefined) {
        ended = true;
        break;
      }
      newest.drop();
      if (!seen.has(row.sagaId)) rows.push(row);
      seen.add(row.sagaId);
    }
    const narrowed = await narrow(caller, rows, others);
    const records = await Promise.all(narrowed.map((row) => read(caller, keys, query.namespace, row)));
    for (const record of records) if (record && matches(record, query)) found.push(record);
    if (ended) break;
  }
  return found.slice(0, query.pageSize);
}

function filtersOf(keys: Keys, query: ListQuery): Filter[] {
  const { namespace, definition } = query;
  const filters: Filter[] = Object.entries(query.labels).map(([name, value]) => (p) => [
    keys.label(p, namespace, name, value),
  ]);
  if (definition !== undefined) filters.push((p) => [keys.definition(p, namespace, definition)]);
  // Every saga is in one status index: all of them together are the index of everything.
  const statuses = query.statuses.length > 0 ? [...new Set(query.statuses)] : SAGA_STATUSES;
  if (query.statuses.length > 0 || filters.length === 0) {
    filters.push((p) => statuses.map((status) => keys.status(p, namespace, status)));
  }
  return filters;
}

async function bySize(caller: Caller, partitions: readonly number[], filters: readonly Filter[]): Promise<Filter[]> {
  if (filters.length < 2) return [...filters];
  const sized = await Promise.all(
    filters.map(async (filter) => {
      const sizes = await Promise.all(partitions.flatMap(filter).map((key) => caller.call("zcard", key)));
      return { filter, size: sizes.reduce<number>((sum, size) => sum + Number(size), 0) };
    }),
  );
  return sized.sort((a, b) => a.size - b.size).map(({ filter }) => filter);
}

/** Rows that are in the other indexes too. */
async function narrow(caller: Caller, rows: readonly Row[], filters: readonly Filter[]): Promise<readonly Row[]> {
  let left = rows;
  for (const filter of filters) {
    const groups = Map.groupBy(left, ({ partition }) => partition);
    const members = new Set<string>();
    const look = async (key: string, group: readonly Row[]) => {
      const scores = (await caller.call("zmscore", key, ...group.map(({ sagaId }) => sagaId))) as (string | null)[];
      for (const [i, score] of scores.entries()) if (score !== null) members.add(group[i]!.sagaId);
    };
    await Promise.all([...groups].flatMap(([p, group]) => filter(p).map((key) => look(key, group))));
    left = left.filter(({ sagaId }) => members.has(sagaId));
  }
  return left;
}

async function read(caller: Caller, keys: Keys, namespace: string, row: Row): Promise<SagaRecord | undefined> {
  const member = `${namespace}/${row.sagaId}`;
  const fields = await readRecord(caller, keys.record(row.partition, member));
  return fields && decodeRecord(member, fields);
}

function isNewer(a: Row | undefined, b: Row | undefined): boolean {
  if (a === undefined || b === undefined) return a !== undefined;
  return a.createdAt > b.createdAt || (a.createdAt === b.createdAt && a.sagaId > b.sagaId);
}
