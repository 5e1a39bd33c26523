import { randomBytes } from "node:crypto";
import { pino } from "pino";
import {
  createRedisStore,
  type RedisStoreOptions,
  type RedisTarget,
} from "../../orchestrator/src/store/redis-store.ts";
import type { Store } from "../../orchestrator/src/store/store.ts";

/** Stores on one Redis. Each test has a key prefix of its own, so that tests do not see each other's sagas. */
export function createRedisHarness(
  redis: RedisTarget,
  options: { readonly leaseMs: number; readonly onStop?: () => Promise<void> },
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
    async stop() {
      await reset();
      await options.onStop?.();
    },
  };
}

function randomPrefix(): string {
  return `t${randomBytes(4).toString("hex")}`;
}
