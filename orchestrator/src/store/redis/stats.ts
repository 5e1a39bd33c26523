import type { SagaStatus } from "../../machine/state.ts";
import { GROUP, type Keys } from "../keys.ts";
import { SAGA_STATUSES } from "../step-codec.ts";
import type { StoreStats } from "../store.ts";
import type { Caller, Reply } from "./caller.ts";
import { isError, pairs } from "./streams.ts";

/** Pending entries looked at per stream for the oldest lease: those that wait longest stand first. */
const PENDING_LOOKED_AT = 16;

export async function readStats(caller: Caller, keys: Keys, memoryBytes: number): Promise<StoreStats> {
  const namespaces = (await caller.call("smembers", keys.namespaces)) as string[];
  const partitions = Array.from({ length: keys.partitions }, (_, p) => p);
  const cards = (names: readonly string[]) => sum(names.map((name) => caller.call("zcard", name)));
  const countOf = async (status: SagaStatus) => [
    status,
    await cards(namespaces.flatMap((namespace) => partitions.map((p) => keys.status(p, namespace, status)))),
  ];
  const streams = partitions.flatMap((p) => [keys.partition(p).commands, keys.partition(p).starts]);
  const [byStatus, backlog, idle, timers] = await Promise.all([
    Promise.all(SAGA_STATUSES.map(countOf)),
    sum(partitions.map((p) => backlogOf(caller, keys.partition(p).commands))),
    Promise.all(streams.map((stream) => longestIdle(caller, stream))),
    cards(partitions.map((p) => keys.partition(p).timers)),
  ]);
  return {
    byStatus: Object.fromEntries(byStatus) as StoreStats["byStatus"],
    backlog,
    oldestPendingMs: Math.max(0, ...idle),
    timers,
    memoryBytes,
  };
}

/** Entries that nobody has received. */
async function backlogOf(caller: Caller, stream: string): Promise<number> {
  const length = Number(await caller.call("xlen", stream));
  const groups = await orEmpty(caller.call("xinfo", "GROUPS", stream));
  const group = groups.map(pairs).find((info) => info.get("name") === GROUP);
  return Math.max(0, length - Number(group?.get("pending") ?? 0));
}

async function longestIdle(caller: Caller, stream: string): Promise<number> {
  const pending = await orEmpty(caller.call("xpending", stream, GROUP, "-", "+", PENDING_LOOKED_AT));
  return Math.max(0, ...pending.map((entry) => Number((entry as readonly Reply[])[2])));
}

/** A stream or group that is not there has nothing in it. */
async function orEmpty(reply: Promise<Reply>): Promise<readonly Reply[]> {
  try {
    return (await reply) as readonly Reply[];
  } catch (thrown) {
    if (isError(thrown, "NOGROUP") || isError(thrown, "no such key")) return [];
    throw thrown;
  }
}

async function sum(replies: readonly Promise<unknown>[]): Promise<number> {
  return (await Promise.all(replies)).reduce<number>((total, reply) => total + Number(reply), 0);
}
