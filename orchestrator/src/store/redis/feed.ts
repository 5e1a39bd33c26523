import { BackstitchError } from "../../errors.ts";
import type { Keys } from "../keys.ts";
import type { FeedEntry, FeedPage, FeedQuery, Store } from "../store.ts";
import type { Caller } from "./caller.ts";
import { decodeCursor, encodeCursor, furthest, isLater, type Positions } from "./feed-cursor.ts";
import { createHub, namespaceOf } from "./feed-hub.ts";
import { linesOf, parseFeedLine } from "./feed-line.ts";
import { readFeeds } from "./feed-reads.ts";
import type { FeedTail } from "./feed-tail.ts";

/** Entries read at once by those who catch up, over all partitions. */
const PAGE = 512;

export interface FeedOptions {
  readonly caller: Caller;
  readonly keys: Keys;
  /** Partitions that one script may span. */
  readonly groups: readonly (readonly number[])[];
  readonly tail: FeedTail;
  readonly closing: AbortSignal;
}

/** Follows changes: by reading until the present is reached, and then as the one reader of this process tells them. */
export function createFeed({ caller, keys, groups, tail, closing }: FeedOptions): Store["feed"] {
  const hub = createHub(tail);
  const count = Math.max(4, Math.ceil(PAGE / keys.partitions));

  const beginning = ({ namespace, from }: FeedQuery): Positions => {
    if (from === "now") return keys.everyPartition.map(() => "$");
    if (from === "oldest") return keys.everyPartition.map(() => "-");
    return decodeCursor(from.cursor, boundOf(namespace), keys.partitions) ?? outOfRange();
  };
  const boundOf = (namespace: string) => `${keys.prefix} ${namespace}`;

  /** Reads on as far as `to`, a page at most. */
  const read = async (from: Positions, to: Positions | undefined, namespace: string) => {
    const range = { from, to: to ?? from, count: to ? count : 0 };
    const found = (await Promise.all(groups.map((group) => readFeeds(caller, keys, group, range)))).flat();
    const positions = [...from];
    const changes: FeedEntry[] = [];
    for (const { partition, from: began = outOfRange(), entries } of found) {
      for (const [, fields] of entries) changes.push(...changesIn(linesOf(fields), namespace));
      const end = entries.length < count && to ? to[partition]! : (entries.at(-1)?.[0] ?? began);
      positions[partition] = isLater(end, began) ? end : began;
    }
    return { positions: positions as Positions, changes };
  };

  async function* follow(query: FeedQuery, signal: AbortSignal): AsyncGenerator<FeedPage> {
    const { namespace } = query;
    const aborted = untilAborted(signal);
    const page = (entries: readonly FeedEntry[]): FeedPage => {
      watcher.isDue = false;
      return { entries, cursor: encodeCursor(positions, boundOf(namespace)) };
    };
    let { positions } = await read(beginning(query), undefined, namespace);
    const watcher = hub.join(namespace);
    signal.addEventListener("abort", () => watcher.wake(), { once: true });
    try {
      while (!signal.aborted) {
        await Promise.race([tail.ready(), aborted]);
        if (signal.aborted) return;
        // From here on the watcher is told what comes; up to here it reads.
        watcher.begin();
        const present = tail.positions;
        // Reads once in any case: that tells whether its position is in range.
        for (let isSure = false; !isSure || isBehind(positions, present); isSure = true) {
          const { changes, positions: reached } = await read(positions, present, namespace);
          positions = reached;
          if (changes.length > 0 || watcher.isDue) yield page(changes);
          if (signal.aborted) return;
        }
        while (!watcher.isBehind && !signal.aborted) {
          const fresh = watcher.take().filter(({ partition, id }) => isLater(id, positions[partition]!));
          positions = furthest(positions, tail.positions);
          if (fresh.length > 0 || watcher.isDue) yield page(fresh.flatMap(({ changes }) => changes));
          else await watcher.woken();
        }
      }
    } finally {
      watcher.leave();
    }
  }

  return (query, signal) => follow(query, AbortSignal.any([signal, closing]));
}

function changesIn(lines: readonly string[], namespace: string): FeedEntry[] {
  return lines.filter((line) => namespaceOf(line) === namespace).map(parseFeedLine);
}

function isBehind(positions: Positions, present: Positions): boolean {
  return present.some((id, p) => isLater(id, positions[p]!));
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function outOfRange(): never {
  throw new BackstitchError("CURSOR_OUT_OF_RANGE", "the feed does not reach from this cursor on");
}
