import { monotonicMs } from "../../clock.ts";
import type { Keys } from "../keys.ts";
import type { Lease } from "../store.ts";
import type { Caller } from "./caller.ts";
import type { Leases, RedisLease } from "./leases.ts";
import { createPlaces } from "./places.ts";
import { type Script, scripts } from "./scripts.ts";
import { slicesOf } from "./slices.ts";

/** Leases per script call: few enough that Redis is never busy for long with one. */
const BATCH = 128;

export interface Keeper {
  renew(leases: readonly Lease[]): Promise<readonly { held: boolean; inbox: number }[]>;
  release(leases: readonly Lease[]): Promise<void>;
}

/** Keeps leases and gives them back, many in one script call. */
export function createKeeper(options: {
  readonly caller: Caller;
  readonly keys: Keys;
  readonly leases: Leases;
  readonly consumer: string;
  readonly nextRound: () => number;
  readonly spansPartitions: boolean;
}): Keeper {
  const { caller, keys, leases, consumer } = options;

  const run = (script: Script, batch: readonly RedisLease[], ...rest: readonly ((lease: RedisLease) => string)[]) => {
    const places = createPlaces(
      keys,
      batch.map(({ partition, member }) => keys.record(partition, member)),
    );
    const args: (string | number)[] = [batch.length];
    if (script === scripts.renew) args.push(consumer, options.nextRound());
    for (const lease of batch) {
      args.push(lease.token, places.placeOfPartition(lease.partition), ...rest.map((part) => part(lease)));
    }
    return caller.run(script, places.keys, args);
  };

  const batches = (all: readonly RedisLease[]): RedisLease[][] => {
    const groups = options.spansPartitions ? [all] : [...Map.groupBy(all, ({ partition }) => partition).values()];
    return groups.flatMap((group) => slicesOf(group, BATCH));
  };

  return {
    async renew(given) {
      const answers = new Map<RedisLease, { held: boolean; inbox: number }>();
      const renewBatch = async (batch: readonly RedisLease[]) => {
        const counts = (await run(scripts.renew, batch, ({ counted }) => (counted ? "1" : ""))) as readonly number[];
        for (const [i, lease] of batch.entries()) {
          const held = counts[i]! >= 0;
          answers.set(lease, { held, inbox: Math.max(0, counts[i]!) });
          if (held) {
            lease.confirmedAt = monotonicMs();
            lease.counted = false;
          } else leases.end(lease);
        }
      };
      const all = given.map((lease) => leases.of(lease));
      await Promise.all(batches(all.filter((lease) => !lease.over)).map(renewBatch));
      return all.map((lease) => answers.get(lease) ?? { held: false, inbox: 0 });
    },
    async release(given) {
      const all = given.map((lease) => leases.of(lease));
      // Ended first: from now on this process does not stand in the way of a reclaim.
      for (const lease of all) leases.end(lease);
      await Promise.all(batches(all).map((batch) => run(scripts.release, batch, ({ member }) => member)));
    },
  };
}
