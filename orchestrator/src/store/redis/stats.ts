import type { Keys } from "../keys.ts";
import { SAGA_STATUSES } from "../step-codec.ts";
import type { StoreStats } from "../store.ts";
import type { Caller } from "./caller.ts";
import { scripts } from "./scripts.ts";

/** Pending entries looked at per stream for the oldest lease. */
const PENDING_LOOKED_AT = 16;

/** `groups`: the partitions that one script may span. */
export async function readStats(
  caller: Caller,
  keys: Keys,
  groups: readonly (readonly number[])[],
): Promise<StoreStats> {
  const namespaces = (await caller.call("smembers", keys.namespaces)) as string[];
  const countIn = async (partitions: readonly number[]) => {
    const rows = partitions.map((p) => keys.partition(p));
    const places = rows.flatMap(({ commands, starts, timers }) => [commands, starts, timers]);
    for (const status of SAGA_STATUSES) {
      places.push(...partitions.flatMap((p) => namespaces.map((namespace) => keys.status(p, namespace, status))));
    }
    const args = [partitions.length, SAGA_STATUSES.length, PENDING_LOOKED_AT];
    return (await caller.run(scripts.stats, places, args)) as readonly number[];
  };
  const counts = await Promise.all(groups.map(countIn));
  const sum = (column: number) => counts.reduce((total, row) => total + row[column]!, 0);
  return {
    byStatus: Object.fromEntries(SAGA_STATUSES.map((status, i) => [status, sum(3 + i)])) as StoreStats["byStatus"],
    backlog: sum(0),
    oldestPendingMs: Math.max(...counts.map((row) => row[1]!)),
    timers: sum(2),
  };
}
