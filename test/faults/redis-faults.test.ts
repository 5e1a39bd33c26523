import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { scripts } from "../../orchestrator/src/store/redis/scripts.ts";
import type { Faults } from "../../participants/src/faults.ts";
import { type Fleet, startFleet } from "../support/fleet.ts";
import { tallyOrders } from "../support/order-invariants.ts";
import { goodOrder, place, startTraffic, type Traffic, untilServed, untilSettled } from "../support/order-traffic.ts";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";
import { until } from "../support/until.ts";

let fleet: Fleet;
let proxy: TcpProxy;
beforeAll(async () => {
  // Every write is on disk before it is answered: nothing that was acknowledged is lost with kill -9.
  fleet = await startFleet({ aof: "always" });
  proxy = await startTcpProxy(fleet.redis.port);
});
afterEach(async () => {
  await fleet.reset();
  proxy.heal();
});
afterAll(async () => {
  await fleet?.end();
  await proxy?.stop();
});

/** In flight for a moment, and parked once: the saga goes through the commands and another owner's hands. */
const parking: Faults = { create: { slow_answer_ms: 20 }, charge: { fail: 2 } };

const untilMoreServed = (traffic: Traffic, count: number) => untilServed(traffic, count, 30_000);

async function expectAllServed(traffic: Traffic, client: Parameters<typeof tallyOrders>[0], least: number) {
  await traffic.stop();
  const tally = await tallyOrders(client, fleet.shop, traffic.sagaIds);
  expect(tally.suspended).toEqual([]);
  expect(tally.completed).toBeGreaterThanOrEqual(least);
  expect(tally.compensated).toBeGreaterThanOrEqual(least / 3);
}

test("redis-server killed with SIGKILL under load and restarted from its append-only file", async () => {
  const { client } = await fleet.launch();
  const traffic = startTraffic([client], { callers: 16, name: fleet.prefix, faults: parking });
  for (let kill = 0; kill < 3; kill++) {
    await untilMoreServed(traffic, 20);
    await fleet.redis.kill9();
    await fleet.redis.restart();
  }
  await untilMoreServed(traffic, 20);
  await expectAllServed(traffic, client, 40);
}, 90_000);

test("replies lost after start and commit scripts, after renewals and claims", async () => {
  const { client } = await fleet.launch({ redisPort: proxy.port });
  // Slow enough for leases to be renewed.
  const faults = { ...parking, create: { slow_answer_ms: 600 } };
  const traffic = startTraffic([client], { callers: 16, name: fleet.prefix, faults });
  await untilMoreServed(traffic, 5);
  const before = proxy.dropped;
  const lossy = [scripts.commit, scripts.start, scripts.claim, scripts.renew, scripts.wake, scripts.due];
  for (const { sha } of [...lossy, ...lossy]) {
    const dropped = proxy.dropped;
    proxy.dropReplyTo(sha);
    await until("a reply is lost", () => proxy.dropped > dropped);
    await untilMoreServed(traffic, 3);
  }
  expect(proxy.dropped - before).toBe(2 * lossy.length);
  await expectAllServed(traffic, client, 30);
}, 90_000);

test("replies of XREADGROUP lost on their way: what was delivered is found without waiting for its lease", async () => {
  const { client, metric } = await fleet.launch({ redisPort: proxy.port, settings: { lease: "60s" } });
  const traffic = startTraffic([client], { callers: 16, name: fleet.prefix, faults: parking });
  for (let loss = 0; loss < 5; loss++) {
    const dropped = proxy.dropped;
    // No other reply names that stream.
    proxy.dropReplyWith(":commands");
    await until("a delivery is lost", () => proxy.dropped > dropped);
    await untilMoreServed(traffic, 16);
  }
  await expectAllServed(traffic, client, 40);
  expect(await metric("backstitch_leases_reclaimed_total")).toBe(0);
}, 60_000);

test("a blocking reader that falls silent: new sagas advance meanwhile, parked ones after the watchdog", async () => {
  const { client, metric } = await fleet.launch({ redisPort: proxy.port, settings: { lease: "60s" } });
  await place([client], goodOrder(`${fleet.prefix}-warm`), { waitMs: 10_000 });
  // Reads block for 2 s: the next one is the one to vanish.
  proxy.blackHoleSender("xreadgroup");
  const parked = Array.from({ length: 20 }, (_, i) => goodOrder(`${fleet.prefix}-parked-${i}`, parking));
  for (const order of parked) await place([client], order);
  const fresh = Array.from({ length: 20 }, (_, i) => goodOrder(`${fleet.prefix}-fresh-${i}`));
  for (const order of fresh) {
    const saga = await place([client], order, { waitMs: 2_000 });
    expect(saga.status).toBe("COMPLETED");
  }
  const sagaIds = [...parked, ...fresh].map(({ sagaId }) => sagaId);
  await untilSettled(client, sagaIds, 15_000);
  expect(await tallyOrders(client, fleet.shop, sagaIds)).toMatchObject({ completed: 40 });
  expect(await metric("backstitch_leases_reclaimed_total")).toBe(0);
});

test("all connections black-holed for longer than their watchdog", async () => {
  const { client } = await fleet.launch({ redisPort: proxy.port });
  const traffic = startTraffic([client], { callers: 16, name: fleet.prefix, faults: parking });
  await untilMoreServed(traffic, 20);
  proxy.blackHole();
  proxy.pass();
  await untilMoreServed(traffic, 40);
  await expectAllServed(traffic, client, 30);
}, 60_000);

test("SCRIPT FLUSH again and again under load", async () => {
  const { client } = await fleet.launch();
  const traffic = startTraffic([client], { callers: 16, name: fleet.prefix, faults: parking });
  for (let flush = 0; flush < 20; flush++) {
    await untilMoreServed(traffic, 4);
    await fleet.admin.script("FLUSH");
  }
  await expectAllServed(traffic, client, 45);
}, 60_000);

test("the consumer groups destroyed again and again under load", async () => {
  const replicas = [await fleet.launch(), await fleet.launch()];
  const clients = replicas.map(({ client }) => client);
  const traffic = startTraffic(clients, { callers: 16, name: fleet.prefix, faults: parking });
  for (let round = 0; round < 5; round++) {
    await untilMoreServed(traffic, 16);
    const streams = ["commands", "starts"].map((kind) => fleet.admin.keys(`{${fleet.prefix}:*}:${kind}`));
    for (const stream of (await Promise.all(streams)).flat()) await fleet.admin.xgroup("DESTROY", stream, "g");
  }
  await untilMoreServed(traffic, 16);
  await expectAllServed(traffic, clients[0]!, 50);
}, 60_000);
