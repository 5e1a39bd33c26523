import { limits } from "../../definition/limits.ts";
import { decodeFixed } from "../codec.ts";
import { type Keys, keyOf, memberOf } from "../keys.ts";
import { decodeSaga } from "../step-codec.ts";
import type { SagaHeader } from "../store.ts";
import type { Caller } from "./caller.ts";
import type { StoreClock } from "./clock.ts";
import { createPlaces, type Places } from "./places.ts";
import { scripts } from "./scripts.ts";

/** The feed keeps an hour, and no more than so many entries over all partitions. */
const FEED_KEPT_MS = 3_600_000;
const FEED_LIMIT = 1_000_000;
/** Per script call. */
const BATCH = 64;
/** A saga that may still have to be undone is looked at again after so long. */
const PUT_OFF_MS = 3_600_000;

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
    // The ids of a feed are of the clock of Redis alone.
    const args = [now, BATCH, Math.max(0, clock.redisNow() - FEED_KEPT_MS), Math.ceil(FEED_LIMIT / keys.partitions)];
    return (await caller.run(scripts.over, places, args)) as unknown as readonly (readonly string[])[];
  };
  let retired = 0;
  for (const partitions of groups) {
    // Until no partition has a full batch left.
    for (let isMore = true; isMore && retired < max; ) {
      isMore = false;
      for (const [i, members] of (await findOver(partitions)).entries()) {
        const some = members.slice(0, max - retired);
        const over = await withoutNeeded(caller, keys, partitions[i]!, some, now + PUT_OFF_MS);
        if (over.length > 0) retired += await retireSome(caller, keys, partitions[i]!, over);
        if (some.length === BATCH) isMore = true;
      }
    }
  }
  return retired;
}

/** A finished saga whose retention is over. */
interface Over {
  readonly member: string;
  /** undefined: its record is gone. */
  readonly header: SagaHeader | undefined;
  /** The field `m` of its record. */
  readonly state: string | null | undefined;
}

/** Puts off those that run in a saga which is not final, and so may have to be undone. */
async function withoutNeeded(
  caller: Caller,
  keys: Keys,
  partition: number,
  members: readonly string[],
  until: number,
): Promise<readonly Over[]> {
  const look = async (member: string): Promise<Over | undefined> => {
    const [fixed, state] = await fieldsOf(caller, keys, member, "c", "m");
    const header = headerOf(member, fixed);
    const parent = parentOf(header);
    if (parent === undefined || !(await mayBeUndone(caller, keys, parent, limits.sagaDepth)))
      return { member, header, state };
    // Only if it is there: it may have been given an owner again.
    await caller.call("zadd", keys.partition(partition).finished, "XX", until, member);
    return undefined;
  };
  return (await Promise.all(members.map(look))).filter((over) => over !== undefined);
}

/** Whether a saga, or one that it runs in, is not final. */
async function mayBeUndone(caller: Caller, keys: Keys, member: string, levels: number): Promise<boolean> {
  const [entry, fixed] = await fieldsOf(caller, keys, member, "e", "c");
  if (!entry) return false;
  if (entry !== "f" || levels === 0) return true;
  const parent = parentOf(headerOf(member, fixed));
  return parent !== undefined && mayBeUndone(caller, keys, parent, levels - 1);
}

function headerOf(member: string, fixed: string | null | undefined): SagaHeader | undefined {
  return fixed ? decodeFixed(member, fixed).header : undefined;
}

/** The member of the saga that runs it. */
function parentOf(header: SagaHeader | undefined): string | undefined {
  return header?.parent && memberOf({ ...header, sagaId: header.parent.sagaId });
}

async function fieldsOf(caller: Caller, keys: Keys, member: string, ...names: string[]): Promise<(string | null)[]> {
  return (await caller.call("hmget", keys.record(keys.partitionOf(member), member), ...names)) as (string | null)[];
}

async function retireSome(caller: Caller, keys: Keys, partition: number, over: readonly Over[]): Promise<number> {
  const { finished } = keys.partition(partition);
  const leading = over.flatMap(({ member }) => [keys.record(partition, member), keys.inbox(partition, member)]);
  const places = createPlaces(keys, leading);
  const args: (string | number)[] = [over.length];
  for (const one of over) {
    const { member } = one;
    const indexes = indexesOf(keys, places, partition, one);
    args.push(places.placeOf(finished), member, keyOf(member).sagaId, indexes.length, ...indexes);
  }
  return (await caller.run(scripts.retire, places.keys, args)) as number;
}

/** The places of the indexes that a saga is in. */
function indexesOf(keys: Keys, places: Places, partition: number, { header, state }: Over): number[] {
  if (!header || !state) return [];
  const { namespace, definition, labels } = header;
  const indexes = Object.entries(labels).map(([name, value]) => keys.label(partition, namespace, name, value));
  indexes.push(keys.definition(partition, namespace, definition));
  indexes.push(keys.status(partition, namespace, decodeSaga(state).status));
  return indexes.map(places.placeOf);
}
