import { monotonicMs } from "../../clock.ts";
import type { SagaStatus } from "../../machine/state.ts";
import { GROUP, type Keys } from "../keys.ts";
import type { Store } from "../store.ts";
import type { Caller, Reply } from "./caller.ts";
import { scripts } from "./scripts.ts";
import { slicesOf } from "./slices.ts";
import { isError, pairs } from "./streams.ts";

const UNFINISHED: readonly SagaStatus[] = ["RUNNING", "COMPENSATING", "SUSPENDED"];
/** A consumer that has not been heard of for so long is gone. So long they are not looked for again, too. */
const CONSUMER_GONE_MS = 60_000;

/** Per script: indexes looked into, and sagas mended. ZSCAN gives a small index whole, whatever was asked for. */
const INDEXES = 96;
const SAGAS = 512;

/** The sagas of a namespace and a partition that have a status. */
interface Index {
  readonly partition: number;
  readonly namespace: string;
  readonly key: string;
}

/**
 * Goes through all sagas that are not final, a slice per call, and mends what is missing: round after round. Between
 * rounds it removes consumers that are gone.
 */
export function createSweeper(options: {
  readonly caller: Caller;
  readonly keys: Keys;
  readonly consumer: string;
  /** The partitions that one script may span. */
  readonly groups: readonly (readonly number[])[];
}): Store["sweep"] {
  const { caller, keys, consumer, groups } = options;
  /** What is left of this round: indexes of which nothing is known yet, so many as a script takes, */
  let left: Index[][] = [];
  /** and those with something in them: the first is under way. */
  let filled: Index[] = [];
  let cursor = "0";
  let consumersAt = Number.NEGATIVE_INFINITY;

  const isOver = () => left.length + filled.length === 0;

  const begin = async () => {
    if (monotonicMs() - consumersAt >= CONSUMER_GONE_MS) {
      await removeConsumers(caller, keys, consumer);
      consumersAt = monotonicMs();
    }
    const namespaces = (await caller.call("smembers", keys.namespaces)) as string[];
    const indexesOf = (namespace: string, partition: number) =>
      UNFINISHED.map((status) => ({ partition, namespace, key: keys.status(partition, namespace, status) }));
    left = groups.flatMap((partitions) => {
      const indexes = partitions.flatMap((p) => namespaces.flatMap((namespace) => indexesOf(namespace, p)));
      return slicesOf(indexes, INDEXES);
    });
  };

  const findFilled = async () => {
    const [some, ...rest] = left;
    const sizes = (await caller.run(
      scripts.sizes,
      some!.map(({ key }) => key),
      [],
    )) as readonly number[];
    left = rest;
    filled = some!.filter((_, i) => sizes[i]! > 0);
    return some!.length;
  };

  return async (max) => {
    if (isOver()) await begin();
    let mended = 0;
    let looked = 0;
    while (!isOver() && looked < max) {
      if (filled.length === 0) {
        looked += await findFilled();
        continue;
      }
      const index = filled[0]!;
      const reply = (await caller.call("zscan", index.key, cursor, "COUNT", max)) as [string, string[]];
      const ids = reply[1].filter((_, i) => i % 2 === 0);
      looked += Math.max(1, ids.length);
      for (const some of slicesOf(ids, SAGAS)) mended += await mend(caller, keys, index, some);
      cursor = reply[0];
      if (cursor === "0") filled = filled.slice(1);
    }
    return { mended, roundEnded: isOver() };
  };
}

async function mend(caller: Caller, keys: Keys, index: Index, ids: readonly string[]): Promise<number> {
  const { partition, namespace, key } = index;
  const { commands, starts, timers } = keys.partition(partition);
  const records = ids.map((id) => keys.record(partition, `${namespace}/${id}`));
  const places = [commands, starts, timers, key, ...records];
  return (await caller.run(scripts.sweep, places, [namespace, ...ids])) as number;
}

async function removeConsumers(caller: Caller, keys: Keys, self: string): Promise<void> {
  const streams = keys.everyPartition.map((p) => keys.partition(p));
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
