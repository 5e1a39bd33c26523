import { startRedisCluster } from "../../support/redis-cluster.ts";
import { createRedisHarness } from "../../support/redis-harness.ts";
import { LEASE_MS } from "./harness.ts";
import { storeContract } from "./suite.ts";

const cluster = await startRedisCluster();
const options = { leaseMs: LEASE_MS, onStop: cluster.stop, snapshot: cluster.snapshot };
const harness = createRedisHarness({ cluster: cluster.addresses }, options);
storeContract("Redis Cluster", harness);
