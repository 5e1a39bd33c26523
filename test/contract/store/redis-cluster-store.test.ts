import { startRedisCluster } from "../../support/redis-cluster.ts";
import { createRedisHarness } from "../../support/redis-harness.ts";
import { LEASE_MS } from "./harness.ts";
import { storeContract } from "./suite.ts";

const cluster = await startRedisCluster();
const nodes = cluster.nodes.map(({ host, port }) => `${host}:${port}`);
storeContract("Redis Cluster", createRedisHarness({ cluster: nodes }, { leaseMs: LEASE_MS, onStop: cluster.stop }));
