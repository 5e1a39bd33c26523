import type { Keys } from "../keys.ts";

/** The KEYS of a script call; arguments name a key by its place, counted from 1 as in Lua. */
export interface Places {
  readonly keys: string[];
  placeOf(key: string): number;
  /** The place of the first of a partition's keys: feed, commands, starts, timers, finished. */
  placeOfPartition(partition: number): number;
}

/** `leading` come first, each at its own place even where one appears twice. */
export function createPlaces(keys: Keys, leading: string[]): Places {
  const all = leading;
  const places = new Map<string, number>();
  const rows = new Map<number, number>();
  return {
    keys: all,
    placeOf(key) {
      let place = places.get(key);
      if (place === undefined) {
        place = all.push(key);
        places.set(key, place);
      }
      return place;
    },
    placeOfPartition(partition) {
      let place = rows.get(partition);
      if (place === undefined) {
        const { feed, commands, starts, timers, finished } = keys.partition(partition);
        place = all.push(feed);
        rows.set(partition, place);
        // Whoever wants only the feed may have this one.
        if (!places.has(feed)) places.set(feed, place);
        all.push(commands, starts, timers, finished);
      }
      return place;
    },
  };
}
