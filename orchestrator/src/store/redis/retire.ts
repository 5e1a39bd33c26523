import { type Keys, keyOf } from "../keys.ts";
import { decodeSaga } from "../step-codec.ts";
import type { Caller } from "./caller.ts";
import type { StoreClock } from "./clock.ts";
import { createPlaces, type Places } from "./places.ts";
import { scripts } from "./scripts.ts";

/** The feed keeps an hour, and no more than so many entries over all partitions. */
const FEED_KEPT_MS = 3_600_000;
const FEED_LIMIT = 1_000_000;
/** Per script call. */
const BATCH = 64;

/** Deletes finished sagas whose retention is over, at most `max`, and trims the feed. */
export async function retireSagas(caller: Caller, keys: Keys, clock: StoreClock, max: number): Promise<number> {
  let retired = 0;
  for (let partition = 0; partition < keys.partitions; partition++) {
    while (retired < max) {
      const count = await retireSome(caller, keys, partition, clock.now(), Math.min(BATCH, max - retired));
      retired += count;
      if (count < BATCH) break;
    }
    const { feed } = keys.partition(partition);
    await caller.call("xtrim", feed, "MINID", "~", clock.now() - FEED_KEPT_MS);
    await caller.call("xtrim", feed, "MAXLEN", "~", Math.ceil(FEED_LIMIT / keys.partitions));
  }
  return retired;
}

async function retireSome(caller: Caller, keys: Keys, partition: number, now: number, count: number): Promise<number> {
  const { finished } = keys.partition(partition);
  const members = (await caller.call("zrange", finished, "-inf", now, "BYSCORE", "LIMIT", 0, count)) as string[];
  if (members.length === 0) return 0;
  const leading = members.flatMap((member) => [keys.record(partition, member), keys.inbox(partition, member)]);
  const places = createPlaces(keys, leading);
  const args: (string | number)[] = [members.length];
  const records = members.map((member) => caller.call("hmget", keys.record(partition, member), "c", "m"));
  for (const [i, member] of members.entries()) {
    const indexes = indexesOf(keys, places, partition, member, (await records[i]) as (string | null)[]);
    args.push(places.placeOf(finished), member, keyOf(member).sagaId, indexes.length, ...indexes);
  }
  return (await caller.run(scripts.retire, places.keys, args)) as number;
}

/** The places of the indexes that a saga is in. */
function indexesOf(
  keys: Keys,
  places: Places,
  partition: number,
  member: string,
  [fixed, state]: readonly (string | null | undefined)[],
): number[] {
  if (!fixed || !state) return [];
  const { namespace } = keyOf(member);
  const [definition, , , , , , labels] = JSON.parse(fixed);
  const indexes = Object.entries<string>(labels).map(([name, value]) => keys.label(partition, namespace, name, value));
  indexes.push(keys.definition(partition, namespace, definition));
  indexes.push(keys.status(partition, namespace, decodeSaga(state).status));
  return indexes.map(places.placeOf);
}
