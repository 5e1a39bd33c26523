import { randomBytes } from "node:crypto";
import { pino } from "pino";
import { createKeys } from "../../orchestrator/src/store/keys.ts";
import { createConnections } from "../../orchestrator/src/store/redis/connections.ts";
import { scripts } from "../../orchestrator/src/store/redis/scripts.ts";
import {
  createRedisStore,
  type RedisStoreOptions,
  type RedisTarget,
} from "../../orchestrator/src/store/redis-store.ts";
import type { Store } from "../../orchestrator/src/store/store.ts";

const PARTITIONS = 4;
const logger = pino({ level: "silent" });

/** Stores on one Redis. Each test has a key prefix of its own, so that tests do not see each other's sagas. */
export function createRedisHarness(
  redis: RedisTarget,
  options: {
    readonly leaseMs: number;
    readonly onStop?: () => Promise<void>;
    /** Rolls Redis back: see TestRedis. */
    readonly snapshot?: (() => Promise<() => Promise<void>>) | undefined;
  },
) {
  let stores: Store[] = [];
  let prefix = randomPrefix();
  const reset = async () => {
    await Promise.all(stores.map((store) => store.close()));
    stores = [];
    prefix = randomPrefix();
  };
  return {
    get prefix() {
      return prefix;
    },
    async replica(name = `replica-${stores.length}`, changes: Partial<RedisStoreOptions> = {}): Promise<Store> {
      const store = createRedisStore({
        redis,
        prefix,
        partitions: PARTITIONS,
        leaseMs: options.leaseMs,
        replicaId: name,
        strict: false,
        memoryWatermark: 0.85,
        logger,
        ...changes,
      });
      stores.push(store);
      await store.open();
      return store;
    },
    reset,
    snapshot: options.snapshot,
    /** Forgets the feed so far, by the script that does so after an hour. */
    async trimFeed(): Promise<void> {
      const connections = createConnections(redis, logger);
      const keys = createKeys(prefix, PARTITIONS);
      try {
        for (const { finished, feed } of keys.everyPartition.map(keys.partition)) {
          await connections.main.eval(scripts.over.text, 2, finished, feed, 0, 0, Date.now() + 1000, 1_000_000);
        }
      } finally {
        connections.close();
      }
    },
    async stop() {
      await reset();
      await options.onStop?.();
    },
  };
}

function randomPrefix(): string {
  return `t${randomBytes(4).toString("hex")}`;
}
