import type { SagaStatus } from "../../machine/state.ts";
import { GROUP, type Keys } from "../keys.ts";
import type { Caller, Reply } from "./caller.ts";
import { createPlaces } from "./places.ts";
import { scripts } from "./scripts.ts";
import { isError, pairs } from "./streams.ts";

const UNFINISHED: readonly SagaStatus[] = ["RUNNING", "COMPENSATING", "SUSPENDED"];
/** A consumer that has not been heard of for so long is gone. */
const CONSUMER_GONE_MS = 60_000;

/**
 * Goes through all sagas that are not final, a slice per call, and mends what is missing: round after round. After each
 * round it removes consumers that are gone.
 */
export function createSweeper(caller: Caller, keys: Keys, consumer: string): (max: number) => Promise<number> {
  /** The indexes that are left of this round. */
  let left: { partition: number; namespace: string; index: string }[] = [];
  let cursor = "0";

  const begin = async () => {
    const namespaces = (await caller.call("smembers", keys.namespaces)) as string[];
    left = namespaces.flatMap((namespace) =>
      Array.from({ length: keys.partitions }, (_, partition) =>
        UNFINISHED.map((status) => ({ partition, namespace, index: keys.status(partition, namespace, status) })),
      ).flat(),
    );
    cursor = "0";
  };

  return async (max) => {
    if (left.length === 0) {
      await removeConsumers(caller, keys, consumer);
      await begin();
    }
    let mended = 0;
    let looked = 0;
    while (left.length > 0 && looked < max) {
      const { partition, namespace, index } = left[0]!;
      const reply = (await caller.call("zscan", index, cursor, "COUNT", max)) as [string, string[]];
      const ids = reply[1].filter((_, i) => i % 2 === 0);
      looked += Math.max(1, ids.length);
      mended += await mend(caller, keys, partition, namespace, index, ids);
      cursor = reply[0];
      if (cursor === "0") left = left.slice(1);
    }
    return mended;
  };
}

async function mend(
  caller: Caller,
  keys: Keys,
  partition: number,
  namespace: string,
  index: string,
  ids: readonly string[],
): Promise<number> {
  if (ids.length === 0) return 0;
  const places = createPlaces(
    keys,
    ids.map((id) => keys.record(partition, `${namespace}/${id}`)),
  );
  const [base, place] = [places.placeOfPartition(partition), places.placeOf(index)];
  const args = ids.flatMap((id) => [base, `${namespace}/${id}`, id, place]);
  return (await caller.run(scripts.sweep, places.keys, [ids.length, ...args])) as number;
}

async function removeConsumers(caller: Caller, keys: Keys, self: string): Promise<void> {
  const streams = Array.from({ length: keys.partitions }, (_, p) => keys.partition(p));
  for (const stream of streams.flatMap(({ commands, starts }) => [commands, starts])) {
    for (const info of await consumersOf(caller, stream)) {
      const name = String(info.get("name"));
      const isGone = Number(info.get("pending")) === 0 && Number(info.get("idle")) > CONSUMER_GONE_MS;
      if (isGone && name !== self) await caller.run(scripts.dropConsumer, [stream], [name]);
    }
  }
}

async function consumersOf(caller: Caller, stream: string): Promise<Map<string, Reply>[]> {
  try {
    return ((await caller.call("xinfo", "CONSUMERS", stream, GROUP)) as readonly Reply[]).map(pairs);
  } catch (thrown) {
    if (isError(thrown, "NOGROUP") || isError(thrown, "no such key")) return [];
    throw thrown;
  }
}
