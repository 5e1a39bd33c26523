import { randomBytes } from "node:crypto";
import { monotonicMs } from "../../clock.ts";
import { formatFence, parseFence } from "../fields.ts";
import { type Keys, memberOf } from "../keys.ts";
import type { Commit, Lease, SagaKey } from "../store.ts";

/** A lease of this process. The record holds `fence`; only who knows it commits, and every commit replaces it. */
export interface RedisLease extends Lease {
  readonly member: string;
  readonly partition: number;
  fence: string;
  revision: number;
  /** Answers kept in the record. */
  results: string;
  /** The incarnation of the store that the record was last written under. */
  incarnation: string;
  /** The record counts crashes: a renewal, or a commit that says so, clears that. */
  counted: boolean;
  /** Parked, finished, given back or lost. */
  over: boolean;
  /** When the store last confirmed it, by the monotonic clock. */
  confirmedAt: number;
  /** A commit whose outcome is unknown: the same one again keeps its fence, so that it is written once. */
  unresolved: { readonly commit: Commit; readonly fence: string } | undefined;
  /** Makes each fence unique, whatever becomes of the commit it was made for. */
  counter: number;
}

/** The leases that this process holds. */
export interface Leases {
  readonly size: number;
  newToken(): string;
  add(key: SagaKey, token: string, fence: string, incarnation: string): RedisLease;
  /** Accepts only what this store gave out. */
  of(lease: Lease): RedisLease;
  nextFence(lease: RedisLease, commit: Commit): string;
  end(lease: RedisLease): void;
  /** Whether this process drives the saga: holds a lease that was confirmed within the lease time. */
  drives(member: string): boolean;
}

export function createLeases(keys: Keys, leaseMs: number, onEnd: (lease: RedisLease) => void): Leases {
  const held = new Map<string, RedisLease>();
  // Unique, not secret: nobody outside the store sees a token.
  const instance = randomBytes(8).toString("base64url");
  let tokens = 0;

  const end = (lease: RedisLease) => {
    lease.over = true;
    if (held.get(lease.member) === lease) held.delete(lease.member);
    onEnd(lease);
  };

  return {
    get size() {
      return held.size;
    },
    newToken: () => instance + (tokens++).toString(36),
    add(key, token, fence, incarnation) {
      const member = memberOf(key);
      const partition = keys.partitionOf(member);
      const before = held.get(member);
      const { revision } = parseFence(fence);
      const lease: RedisLease = {
        key,
        token,
        member,
        partition,
        fence,
        revision,
        results: "",
        incarnation,
        counted: false,
        over: false,
        confirmedAt: monotonicMs(),
        unresolved: undefined,
        counter: 0,
      };
      held.set(member, lease);
      // Set first: the saga has a lease at every moment, and whoever looks after the end of the old one finds it.
      if (before) end(before);
      return lease;
    },
    of: (lease) => lease as RedisLease,
    nextFence(lease, commit) {
      if (lease.unresolved?.commit === commit) return lease.unresolved.fence;
      const fence = formatFence(lease.token, lease.revision + 1, commit.at, ++lease.counter);
      lease.unresolved = { commit, fence };
      return fence;
    },
    end,
    drives(member) {
      const lease = held.get(member);
      return lease !== undefined && monotonicMs() - lease.confirmedAt < leaseMs;
    },
  };
}
