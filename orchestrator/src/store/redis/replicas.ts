import type { Keys } from "../keys.ts";
import type { Replica } from "../store.ts";
import type { Caller } from "./caller.ts";
import { readRecord } from "./record.ts";

/** Who was silent for so long is taken for dead. */
const SILENT_MS = 60_000;

/** Notes that this process lives, and forgets those that do not. */
export async function noteReplica(caller: Caller, keys: Keys, self: Replica): Promise<void> {
  await caller.call("hset", keys.replicas, self.id, `${Math.round(self.seenAt)} ${self.leaseMs}`);
  const silent = (await readAll(caller, keys)).filter((replica) => !isAlive(replica, self.seenAt));
  if (silent.length > 0) await caller.call("hdel", keys.replicas, ...silent.map(({ id }) => id));
}

/** The processes that live, by id. */
export async function readReplicas(caller: Caller, keys: Keys, now: number): Promise<readonly Replica[]> {
  const replicas = (await readAll(caller, keys)).filter((replica) => isAlive(replica, now));
  return replicas.sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function readAll(caller: Caller, keys: Keys): Promise<Replica[]> {
  return [...((await readRecord(caller, keys.replicas)) ?? [])].map(([id, text]) => {
    const [seenAt = 0, leaseMs = 0] = text.split(" ").map(Number);
    return { id, seenAt, leaseMs };
  });
}

function isAlive({ seenAt }: Replica, now: number): boolean {
  return now - seenAt < SILENT_MS;
}
