import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { allDefinitions } from "../../deploy/local/definitions.ts";
import { foodOrder } from "../../deploy/local/orders.ts";
import { findRedisServer } from "../../deploy/local/redis-server.mjs";
import type { Faults } from "../../participants/src/faults.ts";
import { findFaketime, whyFaketime } from "../support/faketime.mjs";
import { type Fleet, type Replica, startFleet } from "../support/fleet.ts";
import { tallyOrders } from "../support/order-invariants.ts";
import { goodOrder, type Order, place, startTraffic, untilSettled } from "../support/order-traffic.ts";
import { createRedisClock, type RedisClock } from "../support/redis-clock.ts";
import { until } from "../support/until.ts";

const leaseMs = 2_000;
/** How far apart Redis' clock and those of the participants come here. */
const farthestMs = 150_000;

/** In CI a missing library fails the run. */
const missing = process.env.CI
  ? undefined
  : findFaketime() === undefined
    ? whyFaketime
    : findRedisServer()?.tooOld === false
      ? undefined
      : "a redis-server of this machine is needed";

let clock: RedisClock;
let fleet: Fleet;
let replicas: Replica[];

beforeAll(async () => {
  if (missing) return console.warn(`Skipped: ${missing}`);
  clock = await createRedisClock();
  fleet = await startFleet({ env: clock.env });
});
beforeEach(async (context) => {
  if (missing) context.skip(missing);
  await step(0);
  const settings = { lease: `${leaseMs}ms` };
  replicas = [await fleet.launch({ settings }), await fleet.launch({ settings })];
  await replicas[0]!.client.register(patientOrder);
});
afterEach(() => fleet?.reset());
afterAll(async () => {
  await fleet?.end();
  await clock?.remove();
});

/** A food order that has time: backoffs of two seconds, attempts of ten. */
const patientOrder = readFileSync(join(allDefinitions, "food-order.yaml"), "utf8")
  .replace("name: food-order", "name: patient-order")
  .replace("deadline: 2m", "deadline: 10m")
  .replaceAll("timeout: 2s", "timeout: 10s")
  .replaceAll(/retry: .*/g, "retry: { schedule: [2s] }");

/** Redis' clock, in ms since the epoch. */
async function redisNow(): Promise<number> {
  const [seconds, micros] = await fleet.admin.time();
  return Number(seconds) * 1000 + Number(micros) / 1000;
}

/** Puts the clock of the running Redis off by so many seconds, and sees to it that the server has taken notice. */
async function step(offsetSeconds: number): Promise<void> {
  clock.set(offsetSeconds);
  const offsetMs = (await redisNow()) - Date.now();
  expect(Math.abs(offsetMs - offsetSeconds * 1000)).toBeLessThan(1_000);
}

/** Starts orders, in turn at each replica. */
async function begin(name: string, count: number, faults: Faults, definition = "patient-order"): Promise<string[]> {
  const orders = Array.from({ length: count }, (_, i): Order => {
    return { sagaId: `${fleet.prefix}-${name}-${i}`, definition, input: foodOrder(), faults };
  });
  await Promise.all(orders.map((order, i) => place([replicas[i % 2]!.client], order)));
  return orders.map(({ sagaId }) => sagaId);
}

/** Over all partitions. */
async function sumOver(kind: string, count: (key: string) => Promise<number>): Promise<number> {
  const counts = Array.from({ length: 8 }, (_, p) => count(`{${fleet.prefix}:${p}}:${kind}`));
  return (await Promise.all(counts)).reduce((a, b) => a + b);
}

const countTimers = () => sumOver("timers", (key) => fleet.admin.zcard(key));
const countLeases = async () => {
  const pending = async (key: string) => Number(((await fleet.admin.xpending(key, "g")) as unknown[])[0]);
  return (await sumOver("starts", pending)) + (await sumOver("commands", pending));
};

/** Starts orders at each replica until it tells the time of Redis; gives them. */
async function untilFollowed(name: string): Promise<string[]> {
  const sagaIds: string[] = [];
  const follows = async ({ client }: Replica) => {
    const { sagaId, createdAt } = await place([client], goodOrder(`${fleet.prefix}-${name}-${sagaIds.length}`));
    sagaIds.push(sagaId);
    return Math.abs(createdAt.getTime() - (await redisNow())) < 500;
  };
  for (const replica of replicas) await until("it follows Redis' clock", () => follows(replica), 5_000);
  return sagaIds;
}

async function sumOfMetric(name: string): Promise<number> {
  return (await Promise.all(replicas.map(({ metric }) => metric(name)))).reduce((a, b) => a + b);
}

test("Redis' clock set forward and back by a minute under load: no lease is lost, no order stuck, nothing done twice", async () => {
  const clients = replicas.map(({ client }) => client);
  const client = clients[0]!;
  const faults = { create: { slow_answer_ms: 50 }, charge: { slow_answer_ms: 50 } };
  const traffic = startTraffic(clients, { callers: 8, name: `${fleet.prefix}-live`, faults });
  const sagaIds: string[] = [];
  /** Their backoffs end by Redis' clock, which was set back meanwhile. */
  const waiting: string[] = [];

  for (const offset of [60, 0, -60]) {
    const timers = await countTimers();
    const parked = await begin(`parked${offset}`, 20, { charge: { fail: 1 } });
    await until("they are parked", async () => (await countTimers()) >= timers + parked.length);
    const held = await begin(`held${offset}`, 20, { create: { slow_answer_ms: leaseMs + 500 } });
    await until("their leases are held", async () => (await countLeases()) >= held.length);
    const served = traffic.finished;
    await step(offset);
    const first = await untilFollowed(`first${offset}`);

    await untilSettled(client, [...held, ...first], 10_000);
    if (offset > 0) await untilSettled(client, parked, 10_000);
    else waiting.push(...parked);
    // Those that begin to wait now are not late.
    const fresh = await begin(`fresh${offset}`, 20, { create: { fail: 1 }, charge: { fail: 1 } }, "food-order");
    await untilSettled(client, fresh, 10_000);
    await until("orders are served", () => traffic.finished >= served + 30);
    sagaIds.push(...parked, ...held, ...first, ...fresh);
  }
  await traffic.stop();
  for (const offset of [0, 60]) await step(offset);
  await untilSettled(client, waiting, 10_000);

  const all = [...sagaIds, ...traffic.sagaIds];
  const tally = await tallyOrders(client, fleet.shop, all, farthestMs);
  expect(tally.suspended).toEqual([]);
  expect(tally.completed).toBeGreaterThanOrEqual(sagaIds.length + 60);
  expect(tally.compensated).toBeGreaterThanOrEqual(30);
  expect(sagaIds.length).toBeGreaterThanOrEqual(186);
  for (const metric of ["leases_lost", "leases_reclaimed", "sweeper_mended"]) {
    expect(await sumOfMetric(`backstitch_${metric}_total`), metric).toBe(0);
  }
  expect(await countTimers()).toBe(0);
  expect(await countLeases()).toBe(0);

  const listed = await Array.fromAsync(client.list({ pageSize: 50 }));
  expect(listed.map(({ sagaId }) => sagaId).sort()).toEqual(all.sort());
  const times = listed.map(({ createdAt }) => createdAt.getTime());
  expect(times).toEqual(times.toSorted((a, b) => b - a));
}, 60_000);

test("the leases of a replica that died are found by another, although Redis' clock is set back at every moment", async () => {
  const [died, other] = replicas as [Replica, Replica];
  const sagaIds = await begin("orphan", 40, { create: { slow_answer_ms: leaseMs } });
  await until("their leases are held", async () => (await countLeases()) >= sagaIds.length);
  await died.process.kill9();
  let back = 0;
  const settled = untilSettled(other.client, sagaIds, 15_000);
  // Idle for less than a lease, as Redis sees it.
  const stepping = until("the clock need not be set any more", async () => {
    await step(-++back);
    return (await other.metric("backstitch_leases_reclaimed_total")) >= sagaIds.length / 2;
  });
  await Promise.all([stepping, settled]);
  const tally = await tallyOrders(other.client, fleet.shop, sagaIds, farthestMs);
  expect(tally).toEqual({ completed: sagaIds.length, compensated: 0, suspended: [] });
  expect(await other.metric("backstitch_leases_lost_total")).toBe(0);
});

test("callers who wait at another replica hear of the end, although Redis' clock was set back meanwhile", async () => {
  const [here, there] = replicas as [Replica, Replica];
  const orders = Array.from({ length: 10 }, (_, i): Order => {
    const faults = { create: { slow_answer_ms: 3_000 } };
    return { sagaId: `${fleet.prefix}-watched-${i}`, definition: "patient-order", input: foodOrder(), faults };
  });
  const sagas = await Promise.all(orders.map((order) => place([here.client], order)));
  const startedAt = Math.max(...sagas.map(({ createdAt }) => createdAt.getTime()));
  await until("nothing has happened for a while", async () => (await redisNow()) - startedAt > 1_500);
  const from = performance.now();
  const waiting = Promise.all(orders.map((order) => place([there.client], order, { waitMs: 15_000 })));
  await until("the feed is read", async () => /cmd=xread\b/.test((await fleet.admin.client("LIST")) as string));
  await step(-60);
  expect((await waiting).map(({ status }) => status)).toEqual(orders.map(() => "COMPLETED"));
  expect(performance.now() - from).toBeLessThan(10_000);
}, 40_000);
