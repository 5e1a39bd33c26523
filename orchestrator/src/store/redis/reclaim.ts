import { monotonicMs } from "../../clock.ts";
import { GROUP, type Keys } from "../keys.ts";
import type { Claimed } from "../store.ts";
import type { Caller } from "./caller.ts";
import type { Candidate, Claim } from "./claim.ts";
import type { RedisTime, StoreClock } from "./clock.ts";
import type { Leases } from "./leases.ts";
import { scripts } from "./scripts.ts";
import { memberOfEntry } from "./streams.ts";

/** Pending entries looked at per call, and per script. */
const SLICE = 512;
const PAGE = 128;

/** What was last seen of a pending entry. Each renewal changes the count, whatever the clocks do. */
interface Sighting {
  readonly owner: string;
  readonly count: number;
  /** Since when it has not changed, by the monotonic clock. */
  readonly since: number;
  pass: number;
}

/**
 * Finds leases that nobody renews. Two signs, either is enough: idle for the lease time by Redis' clock, unless that
 * clock was set lately; or unchanged for the lease time while this process watched. Neither takes the lease: the claim
 * does, and only if the owner has shown no life since.
 */
export function createReclaimer(options: {
  readonly caller: Caller;
  readonly keys: Keys;
  readonly leases: Leases;
  readonly clock: StoreClock;
  readonly leaseMs: number;
  readonly claim: Claim;
  /** The partitions that one script may span. */
  readonly groups: readonly (readonly number[])[];
}): (max: number) => Promise<readonly Claimed[]> {
  const { caller, keys, leases, clock, leaseMs, claim } = options;
  const streams = options.groups.flatMap((partitions, group) =>
    partitions.flatMap((p) => [
      { stream: keys.partition(p).commands, kind: "c", group, seen: new Map<string, Sighting>() },
      { stream: keys.partition(p).starts, kind: "s", group, seen: new Map<string, Sighting>() },
    ]),
  );
  let place = 0;
  let after = "-";
  let pass = 0;

  /**
   * The next entries in the round over all streams, of `most` of these: those that look dead, and how many entries and
   * streams were looked at.
   */
  const nextPage = async (most: number) => {
    const { group } = streams[place]!;
    const from = streams.slice(place, place + most).filter((stream) => stream.group === group);
    const names = from.map(({ stream }) => stream);
    const sentAt = monotonicMs();
    const [time, ...lists] = (await caller.run(scripts.pending, names, [after, PAGE])) as [RedisTime, ...Pending[]];
    clock.hear(sentAt, time);
    const dead: { stream: string; kind: string; id: string; owner: string; count: number }[] = [];
    for (const [i, pending] of lists.entries()) {
      const { stream, kind, seen } = from[i]!;
      for (const entry of pending) {
        const [id, owner, , count] = entry;
        if (looksDead(seen, entry)) dead.push({ stream, kind, id, owner, count });
      }
    }
    const looked = lists.reduce((sum, pending) => sum + pending.length, 0);
    // Where the page is full, the last list may have been cut.
    const isFull = looked === PAGE;
    for (let ended = isFull ? lists.length - 1 : lists.length; ended > 0; ended--) advance();
    if (isFull) after = `(${lists.at(-1)!.at(-1)![0]}`;
    return { dead, looked, visited: lists.length };
  };

  const looksDead = (seen: Map<string, Sighting>, [id, owner, idle, count]: Pending[number]) => {
    const now = monotonicMs();
    const before = seen.get(id);
    const same = before?.owner === owner && before.count === count;
    const since = same ? before.since : now;
    seen.set(id, { owner, count, since, pass });
    return now - since >= leaseMs || (idle >= leaseMs && !clock.steppedWithin(2 * leaseMs));
  };

  const advance = () => {
    const { seen } = streams[place]!;
    for (const [id, sighting] of seen) if (sighting.pass !== pass) seen.delete(id);
    place = (place + 1) % streams.length;
    after = "-";
    if (place === 0) pass++;
  };

  /** The saga that a pending entry is about; one that is gone from its stream is given up. */
  const memberOf = async ({ stream, id }: { stream: string; id: string }): Promise<string | undefined> => {
    const [entry] = (await caller.call("xrange", stream, id, id)) as [string, string[]][];
    if (entry) return memberOfEntry(entry[1]);
    await caller.call("xack", stream, GROUP, id);
    return undefined;
  };

  return async (max) => {
    const candidates: Candidate[] = [];
    let looked = 0;
    for (let visited = 0; visited < streams.length && looked < SLICE && candidates.length < max; ) {
      const page = await nextPage(streams.length - visited);
      looked += page.looked;
      visited += page.visited;
      // All asked at once: a dead owner may leave hundreds.
      const members = await Promise.all(page.dead.map(memberOf));
      for (const [i, { kind, id, owner, count }] of page.dead.entries()) {
        const member = members[i];
        if (member !== undefined && candidates.length < max && !leases.drives(member)) {
          candidates.push({ member, entry: kind + id, from: { owner, count } });
        }
      }
    }
    return claim(candidates);
  };
}

type Pending = readonly (readonly [id: string, owner: string, idleMs: number, count: number])[];
