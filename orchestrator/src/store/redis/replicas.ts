import type { Keys } from "../keys.ts";
import type { Replica } from "../store.ts";
import type { Caller } from "./caller.ts";
import { readRecord } from "./record.ts";

/** Who was silent for so long is taken for dead. */
const SILENT_MS = 60_000;

/** Notes that this process lives, forgets those that do not, and gives the others. */
export async function meetReplicas(caller: Caller, keys: Keys, self: Replica): Promise<readonly Replica[]> {
  await caller.call("hset", keys.replicas, self.id, `${Math.round(self.seenAt)} ${self.leaseMs}`);
  const replicas: Replica[] = [];
  for (const [id, text] of (await readRecord(caller, keys.replicas)) ?? []) {
    const [seenAt = 0, leaseMs = 0] = text.split(" ").map(Number);
    if (self.seenAt - seenAt < SILENT_MS) replicas.push({ id, seenAt, leaseMs });
    else await caller.call("hdel", keys.replicas, id);
  }
  return replicas.sort((a, b) => (a.id < b.id ? -1 : 1));
}
