import { monotonicMs } from "../../clock.ts";
import { GROUP, type Keys } from "../keys.ts";
import type { Claimed } from "../store.ts";
import type { Caller } from "./caller.ts";
import type { Candidate, Claim } from "./claim.ts";
import type { StoreClock } from "./clock.ts";
import type { Leases } from "./leases.ts";
import { isError, memberOfEntry } from "./streams.ts";

/** Pending entries looked at per call. */
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
}): (max: number) => Promise<readonly Claimed[]> {
  const { caller, keys, leases, clock, leaseMs, claim } = options;
  const streams = Array.from({ length: keys.partitions }, (_, p) => keys.partition(p)).flatMap((partition) => [
    { stream: partition.commands, kind: "c", seen: new Map<string, Sighting>() },
    { stream: partition.starts, kind: "s", seen: new Map<string, Sighting>() },
  ]);
  let place = 0;
  let after = "-";
  let pass = 0;

  /** The next page of pending entries in the round over all streams: those that look dead, and how many were looked at. */
  const nextPage = async () => {
    const { stream, kind, seen } = streams[place]!;
    const pending = await pendingOf(caller, stream, after);
    const now = monotonicMs();
    const dead: { stream: string; kind: string; id: string; owner: string; count: number }[] = [];
    for (const [id, owner, idle, count] of pending) {
      const before = seen.get(id);
      const same = before?.owner === owner && before.count === count;
      const since = same ? before.since : now;
      seen.set(id, { owner, count, since, pass });
      const silent = now - since >= leaseMs;
      const expired = idle >= leaseMs && !clock.steppedWithin(2 * leaseMs);
      if (silent || expired) dead.push({ stream, kind, id, owner, count });
    }
    if (pending.length === PAGE) after = `(${pending.at(-1)![0]}`;
    else advance();
    return { dead, looked: pending.length };
  };

  const advance = () => {
    const { seen } = streams[place]!;
    for (const [id, sighting] of seen) if (sighting.pass !== pass) seen.delete(id);
    place = (place + 1) % streams.length;
    after = "-";
    if (place === 0) pass++;
  };

  return async (max) => {
    await clock.refresh();
    const candidates: Candidate[] = [];
    let looked = 0;
    for (let i = 0; i < streams.length && looked < SLICE && candidates.length < max; i++) {
      const page = await nextPage();
      looked += page.looked;
      for (const { stream, kind, id, owner, count } of page.dead) {
        const [entry] = (await caller.call("xrange", stream, id, id)) as [string, string[]][];
        if (!entry) {
          await caller.call("xack", stream, GROUP, id);
          continue;
        }
        const member = memberOfEntry(entry[1]);
        if (candidates.length < max && !leases.drives(member)) {
          candidates.push({ member, entry: kind + id, from: { owner, count } });
        }
      }
    }
    return claim(candidates);
  };
}

type Pending = readonly (readonly [id: string, owner: string, idleMs: number, count: number])[];

async function pendingOf(caller: Caller, stream: string, after: string): Promise<Pending> {
  try {
    return (await caller.call("xpending", stream, GROUP, after, "+", PAGE)) as unknown as Pending;
  } catch (thrown) {
    if (isError(thrown, "NOGROUP")) return [];
    throw thrown;
  }
}
