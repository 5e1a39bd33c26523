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

/**
 * Deletes finished sagas whose retention is over, at most `max`, and trims the feed. `groups`: the partitions that one
 * script may span.
 */
export async function retireSagas(
  caller: Caller,
  keys: Keys,
  clock: StoreClock,
  groups: readonly (readonly number[])[],
  max: number,
): Promise<number> {
  const now = clock.now();
  const findOver = async (partitions: readonly number[]) => {
    const places = partitions.map((p) => keys.partition(p)).flatMap(({ finished, feed }) => [finished, feed]);
    const args = [now, BATCH, now - FEED_KEPT_MS, Math.ceil(FEED_LIMIT / keys.partitions)];
    return (await caller.run(scripts.over, places, args)) as unknown as readonly (readonly string[])[];
  };
  let retired = 0;
  for (const partitions of groups) {
    // Until no partition has a full batch left.
    for (let isMore = true; isMore && retired < max; ) {
      isMore = false;
      for (const [i, members] of (await findOver(partitions)).entries()) {
        const some = members.slice(0, max - retired);
        const count = some.length > 0 ? await retireSome(caller, keys, partitions[i]!, some) : 0;
        retired += count;
        if (count === BATCH) isMore = true;
      }
    }
  }
  return retired;
}

async function retireSome(caller: Caller, keys: Keys, partition: number, members: readonly string[]): Promise<number> {
  const { finished } = keys.partition(partition);
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
