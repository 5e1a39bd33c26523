import { startRedis } from "../../support/redis.ts";
import { createRedisHarness } from "../../support/redis-harness.ts";
import { LEASE_MS } from "./harness.ts";
import { storeContract } from "./suite.ts";

const redis = await startRedis();
storeContract("Redis", createRedisHarness({ url: redis.url }, { leaseMs: LEASE_MS, onStop: redis.stop }));
