import { setTimeout as sleep } from "node:timers/promises";
import type { Keys } from "../keys.ts";
import type { Caller } from "./caller.ts";
import { BLOCK_MS, type Connections } from "./connections.ts";
import type { Positions } from "./feed-cursor.ts";
import { linesOf } from "./feed-line.ts";
import { readFeeds } from "./feed-reads.ts";
import { createBlockingReader } from "./reader.ts";
import type { StreamsReply } from "./streams.ts";

/** How far before its last entry the reading of a feed begins: what happened between asking and reading is told too. */
const BEGIN_MS = 1000;
const READ_COUNT = 256;
const RETRY_MS = 200;

/** Hears the feed as it grows. */
export interface Follower {
  /** The lines of an entry. */
  onEntry(partition: number, id: string, lines: readonly string[]): void;
  /** After every read, or the attempt of one. */
  onTurn?(): void;
  /** Entries may have been left out: the store lost writes, or was out of reach for very long. */
  onLost?(): void;
}

/** Partitions that one blocking read spans. */
interface Group {
  readonly partitions: readonly number[];
  /** Positions to go on from are known. */
  isBegun: boolean;
  isRead: boolean;
}

/** Reads the feed of all partitions as it grows, once for all who follow it, and only while someone does. */
export interface FeedTail {
  /** Until the returned function is called. */
  follow(follower: Follower): () => void;
  /** Resolves when the feed is read: from then on, entries after `positions` are told. */
  ready(): Promise<void>;
  /** How far it was told. */
  readonly positions: Positions;
  close(): void;
}

/** `groups`: the partitions that one blocking read may span. */
export function createFeedTail(options: {
  readonly caller: Caller;
  readonly connections: Connections;
  readonly keys: Keys;
  readonly groups: readonly (readonly number[])[];
}): FeedTail {
  const { caller, connections, keys } = options;
  const groups = options.groups.map((partitions): Group => ({ partitions, isBegun: false, isRead: false }));
  const followers = new Set<Follower>();
  const streams = new Map(options.groups.flat().map((p) => [keys.partition(p).feed, p]));
  let positions: Positions = [];
  let ready = Promise.withResolvers<void>();
  let closed = false;

  const isNeeded = () => followers.size > 0 && !closed;
  const tell = (how: (follower: Follower) => void) => {
    for (const follower of [...followers]) how(follower);
  };

  /** Goes by the ids in the feed alone: they never go back, while Redis' clock may have been set to before them. */
  const begin = async (partitions: readonly number[]): Promise<void> => {
    const ends = keys.everyPartition.map(() => "$");
    const found = await readFeeds(caller, keys, partitions, { from: ends, to: ends, count: 0 });
    const next = [...positions];
    for (const { partition, from } of found) {
      next[partition] = `${Math.max(0, Number.parseInt(from ?? "0", 10) - BEGIN_MS)}-0`;
    }
    positions = next;
  };

  /** After a break: where the store does not reach up to what was read, or from it on, reading begins anew. */
  const check = async (partitions: readonly number[]): Promise<void> => {
    const found = await readFeeds(caller, keys, partitions, { from: positions, to: positions, count: 0 });
    const lost = found.filter(({ from }) => from === undefined).map(({ partition }) => partition);
    if (lost.length === 0) return;
    await begin(lost);
    tell((follower) => follower.onLost?.());
  };

  /** Goes on where reading ended if others of the groups were read all the while. */
  const start = async (group: Group): Promise<void> => {
    await (group.isBegun ? check(group.partitions) : begin(group.partitions));
    group.isBegun = true;
    if (groups.every(({ isBegun }) => isBegun)) ready.resolve();
  };

  const readGroup = async (group: Group): Promise<void> => {
    const { partitions } = group;
    const feeds = partitions.map((p) => keys.partition(p).feed);
    const reader = createBlockingReader(connections, feeds[0]!);
    group.isRead = true;
    for (let isSure = false; isNeeded(); ) {
      try {
        if (!isSure) await start(group);
        isSure = true;
        const from = partitions.map((p) => positions[p]!);
        const args = ["COUNT", READ_COUNT, "BLOCK", BLOCK_MS, "STREAMS", ...feeds, ...from];
        hear((await reader.read("xread", args)) ?? []);
      } catch {
        isSure = false;
        if (isNeeded()) await sleep(RETRY_MS);
      }
      tell((follower) => follower.onTurn?.());
    }
    reader.close();
    group.isRead = false;
    if (groups.some(({ isRead }) => isRead)) return;
    // Nobody was told for a while: the next to follow begins with the present.
    for (const one of groups) one.isBegun = false;
    ready = Promise.withResolvers();
  };

  const hear = (found: NonNullable<StreamsReply>): void => {
    const next = [...positions];
    for (const [stream, entries] of found) next[streams.get(stream)!] = entries.at(-1)![0];
    positions = next;
    for (const [stream, entries] of found) {
      for (const [id, fields] of entries) {
        const lines = linesOf(fields);
        tell((follower) => follower.onEntry(streams.get(stream)!, id, lines));
      }
    }
  };

  return {
    follow(follower) {
      followers.add(follower);
      if (!closed) for (const group of groups) if (!group.isRead) void readGroup(group);
      return () => followers.delete(follower);
    },
    ready: () => ready.promise,
    get positions() {
      return positions;
    },
    close() {
      closed = true;
    },
  };
}
