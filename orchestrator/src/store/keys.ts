import type { SagaStatus } from "../machine/state.ts";
import type { SagaKey } from "./store.ts";

/**
 * The names of everything in Redis. All keys of a saga and of its partition share the hash tag `{prefix:p}`, so that
 * one script may touch them in a Cluster. Definitions have a tag of their own, as has the store itself.
 */
export type Keys = ReturnType<typeof createKeys>;

/** The keys of a partition that scripts take together, in the order in which they take them. */
export interface PartitionKeys {
  /** Change feed: a stream. */
  readonly feed: string;
  /** Sagas to advance: a stream with the group GROUP. */
  readonly commands: string;
  /** Leases of sagas that are driven where they were started: a stream with the group GROUP. */
  readonly starts: string;
  /** Parked sagas by wake-up time. */
  readonly timers: string;
  /** Finished sagas by the end of their retention. */
  readonly finished: string;
  /** Which incarnation of the store this is, and since when. */
  readonly incarnation: string;
}

export const GROUP = "g";

export function createKeys(prefix: string, partitions: number) {
  const tags = Array.from({ length: partitions }, (_, p) => `{${prefix}:${p}}:`);
  const partitionKeys: readonly PartitionKeys[] = tags.map((tag) => ({
    feed: `${tag}feed`,
    commands: `${tag}commands`,
    starts: `${tag}starts`,
    timers: `${tag}timers`,
    finished: `${tag}finished`,
    incarnation: `${tag}incarnation`,
  }));
  return {
    prefix,
    partitions,
    everyPartition: Array.from({ length: partitions }, (_, p) => p) as readonly number[],
    meta: `{${prefix}}:meta`,
    /** A hash of the processes that live: "<last seen> <lease time>" in ms, by id. */
    replicas: `{${prefix}}:replicas`,
    /** A set of every namespace that ever had a saga. */
    namespaces: `{${prefix}}:namespaces`,
    pokes: `${prefix}:pokes`,
    partition: (p: number) => partitionKeys[p]!,
    partitionOf: (member: string) => hash(member) % partitions,
    record: (p: number, member: string) => `${tags[p]}saga:${member}`,
    inbox: (p: number, member: string) => `${tags[p]}inbox:${member}`,
    status: (p: number, namespace: string, status: SagaStatus) => `${tags[p]}status:${namespace}:${status}`,
    definition: (p: number, namespace: string, name: string) => `${tags[p]}definition:${namespace}:${name}`,
    label: (p: number, namespace: string, name: string, value: string) =>
      `${tags[p]}label:${namespace}:${name}=${value}`,
    /** A saga has a lock in the partition of the lock. */
    lock: (p: number, name: string) => `${tags[p]}lock:${name}`,
    /** The names of a namespace's definitions: a sorted set. */
    names: (namespace: string) => `{${prefix}:d}:names:${namespace}`,
    /** The versions of a definition: a hash. */
    versions: (namespace: string, name: string) => `{${prefix}:d}:definition:${namespace}:${name}`,
  };
}

/** A saga's name inside its partition. A namespace has no slash. */
export function memberOf(key: SagaKey): string {
  return `${key.namespace}/${key.sagaId}`;
}

export function keyOf(member: string): SagaKey {
  const slash = member.indexOf("/");
  return { namespace: member.slice(0, slash), sagaId: member.slice(slash + 1) };
}

/** FNV-1a over UTF-16 units, then mixed: its low bits alone are poor. Fixed for good: it says where a saga is. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  return (h ^ (h >>> 13)) >>> 0;
}
