import { Redis } from "ioredis";
import { afterAll, beforeAll, test } from "vitest";
import { startOrchestrator } from "../../../deploy/local/orchestrator.ts";
import { type Shop, startShop } from "../../../deploy/local/shop.ts";
import type { Faults } from "../../../participants/src/faults.ts";
import { type Client, createClient } from "../../../sdk/typescript/src/index.ts";
import { neverOpen } from "../../support/lab.ts";
import { expectServed, tallyOrders } from "../../support/order-invariants.ts";
import { startTraffic, untilServed } from "../../support/order-traffic.ts";
import type { TestRedis } from "../../support/redis.ts";
import { startRedisCluster, type TestCluster } from "../../support/redis-cluster.ts";
import { createTestProcesses, type TestProcesses } from "../../support/test-processes.ts";
import { until } from "../../support/until.ts";

let cluster: TestCluster;
let processes: TestProcesses;
let shop: Shop;
const clients: Client[] = [];

beforeAll(async () => {
  processes = await createTestProcesses();
  cluster = await startRedisCluster({ withReplicas: true });
  shop = await startShop(processes, { folder: processes.folder });
  const participants = Object.entries(shop.addresses).map(([name, address]) => {
    return [name, { address, breaker: neverOpen }] as const;
  });
  for (const name of ["one", "two"]) {
    const { grpcPort } = await startOrchestrator(processes, {
      name,
      participants: Object.fromEntries(participants),
      // Leases run out while nobody takes commands for their partitions.
      settings: { redis: { cluster: cluster.addresses }, definitions: shop.definitions, lease: "1s" },
    });
    clients.push(createClient({ address: `127.0.0.1:${grpcPort}` }));
  }
});
afterAll(async () => {
  for (const client of clients) client.close();
  await processes?.end();
  await cluster?.stop();
});

/** Kills a master in the midst of its work, but with all that it acknowledged at its replica. */
async function killInStep(master: TestRedis, replica: TestRedis): Promise<void> {
  const [one, two] = [new Redis(master.url, { retryStrategy: () => null }), new Redis(replica.url)];
  one.on("error", () => {});
  try {
    // What comes now waits, and dies with the connection.
    await one.client("PAUSE", 10_000, "WRITE");
    await until("the replica is in step", async () => (await offsetOf(one)) === (await offsetOf(two)));
    await master.kill9();
    await until("the replica has taken over", async () => (await two.info("replication")).includes("role:master"));
  } finally {
    one.disconnect();
    two.disconnect();
  }
}

async function offsetOf(client: Redis): Promise<string | undefined> {
  return /^master_repl_offset:(\d+)/m.exec(await client.info("replication"))?.[1];
}

test("with each master of a Cluster killed under load, its replica goes on, and no saga is lost or done twice", async () => {
  const parking: Faults = { create: { slow_answer_ms: 100 }, charge: { fail: 1 } };
  const traffic = startTraffic(clients, { callers: 16, name: "order", faults: parking });
  for (const [i, master] of cluster.masters.entries()) {
    await untilServed(traffic, 16, 20_000);
    await killInStep(master, cluster.replicas[i]!);
  }
  await untilServed(traffic, 16, 20_000);
  await traffic.stop();
  expectServed(await tallyOrders(clients[0]!, shop, traffic.sagaIds), { completed: 30, compensated: 10 });
}, 60_000);
