import type { Keys } from "../keys.ts";
import type { Caller, Reply } from "./caller.ts";
import type { Positions } from "./feed-cursor.ts";
import { scripts } from "./scripts.ts";
import type { StreamEntry } from "./streams.ts";

/** What was read of the feed of one partition. */
export interface FeedRead {
  readonly partition: number;
  /** Where reading began; undefined: that place is out of range. */
  readonly from: string | undefined;
  readonly entries: readonly StreamEntry[];
}

/**
 * Reads the feeds of partitions on from positions (`-` the oldest that is kept, `$` the end), each up to `to`, at
 * most `count` entries of each. A partition gives fewer only where it has no more.
 */
export async function readFeeds(
  caller: Caller,
  keys: Keys,
  partitions: readonly number[],
  range: { readonly from: Positions; readonly to: Positions; readonly count: number },
): Promise<readonly FeedRead[]> {
  const feeds = partitions.map((p) => keys.partition(p).feed);
  const args = partitions.flatMap((p) => [range.from[p]!, range.to[p]!]);
  const replies = (await caller.run(scripts.feed, feeds, [range.count, ...args])) as readonly Reply[];
  return replies.map((reply, i) => {
    const [from, entries] = (reply === 0 ? [undefined, []] : reply) as [string | undefined, StreamEntry[]];
    return { partition: partitions[i]!, from, entries };
  });
}
