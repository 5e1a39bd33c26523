import { comesAfter } from "../list-query.ts";
import type { ListQuery } from "../store.ts";
import type { Caller } from "./caller.ts";

export interface Row {
  readonly createdAt: number;
  readonly sagaId: string;
  readonly partition: number;
}

/** Walks one index from the newest saga to the oldest. */
export interface IndexCursor {
  /** Sees to it that there is a head, unless the index has ended. */
  fill(): Promise<void>;
  head(): Row | undefined;
  drop(): void;
}

/** `chunk`: rows fetched at once. */
export function createIndexCursor(
  caller: Caller,
  key: string,
  partition: number,
  query: Pick<ListQuery, "createdFrom" | "createdBefore" | "after">,
  chunk: number,
): IndexCursor {
  const min = query.createdFrom ?? "-inf";
  let last = query.after;
  let rows: Row[] = [];
  let ended = false;

  const fetch = async (offset: number): Promise<void> => {
    // From the last row on by score, not by rank: rows come and go between two fetches.
    const before = query.createdBefore;
    const max =
      last && (before === undefined || last.createdAt < before) ? last.createdAt : before ? `(${before}` : "+inf";
    const range = ["BYSCORE", "REV", "LIMIT", offset, chunk, "WITHSCORES"];
    const flat = (await caller.call("zrange", key, max, min, ...range)) as string[];
    for (let i = 0; i < flat.length; i += 2) {
      const row = { createdAt: Number(flat[i + 1]), sagaId: flat[i]!, partition };
      if (last === undefined || comesAfter(row.createdAt, row.sagaId, last)) rows.push(row);
    }
    ended = flat.length < 2 * chunk;
    // All of one moment and seen already: further in.
    if (rows.length === 0 && !ended) return fetch(offset + chunk);
  };

  return {
    async fill() {
      if (rows.length === 0 && !ended) await fetch(0);
    },
    head: () => rows[0],
    drop() {
      last = rows[0];
      rows = rows.slice(1);
    },
  };
}
