import { randomBytes } from "node:crypto";
import { Cluster, Redis } from "ioredis";
import { pino } from "pino";
import { scripts } from "../../orchestrator/src/store/redis/scripts.ts";
import {
  createRedisStore,
  type RedisStoreOptions,
  type RedisTarget,
} from "../../orchestrator/src/store/redis-store.ts";
import type { Store } from "../../orchestrator/src/store/store.ts";

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
        partitions: 4,
        leaseMs: options.leaseMs,
        replicaId: name,
        strict: false,
        memoryWatermark: 0.85,
        logger: pino({ level: "silent" }),
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
      const client = "cluster" in redis ? new Cluster(redis.cluster.map(parseAddress)) : new Redis(urlOf(redis));
      try {
        for (const p of [0, 1, 2, 3]) {
          const keys = [`{${prefix}:${p}}:finished`, `{${prefix}:${p}}:feed`];
          await client.eval(scripts.over.text, keys.length, ...keys, 0, 0, Date.now() + 1000, 1_000_000);
        }
      } finally {
        client.disconnect();
      }
    },
    async stop() {
      await reset();
      await options.onStop?.();
    },
  };
}

function urlOf(redis: RedisTarget): string {
  if ("url" in redis) return redis.url;
  throw new Error("only known of a single server or a Cluster");
}

function parseAddress(address: string): { host: string; port: number } {
  const [host = "", port] = address.split(":");
  return { host, port: Number(port) };
}

function randomPrefix(): string {
  return `t${randomBytes(4).toString("hex")}`;
}
