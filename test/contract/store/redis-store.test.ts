import { startRedis } from "../../support/redis.ts";
import { createRedisHarness } from "../../support/redis-harness.ts";
import { LEASE_MS } from "./harness.ts";
import { storeContract } from "./suite.ts";

const redis = await startRedis();
const snapshot = redis.pid === undefined ? undefined : redis.snapshot;
const options = { leaseMs: LEASE_MS, onStop: redis.stop, snapshot };
storeContract("Redis", createRedisHarness({ url: redis.url }, options));
