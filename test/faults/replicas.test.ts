import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Faults } from "../../participants/src/faults.ts";
import { type Fleet, type Replica, startFleet } from "../support/fleet.ts";
import { expectServed, tallyOrders } from "../support/order-invariants.ts";
import { declinedOrder, goodOrder, place, startTraffic, untilServed, untilSettled } from "../support/order-traffic.ts";
import { until } from "../support/until.ts";

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
});
afterEach(() => fleet.reset());
afterAll(() => fleet?.end());

/** Places orders at a replica, every fourth declined, and waits until most of them have an effect. */
async function placeAt(replica: Replica, count: number, faults: Faults): Promise<string[]> {
  const sagaIds = Array.from({ length: count }, (_, i) => `${fleet.prefix}-${i}`);
  const orders = sagaIds.map((id, i) => (i % 4 === 3 ? declinedOrder(id, faults) : goodOrder(id, faults)));
  await Promise.all(orders.map((order) => place([replica.client], order)));
  const ids = new Set(sagaIds);
  await until("most have an effect", async () => {
    const entries = await fleet.shop.ledger();
    return new Set(entries.map(({ sagaId }) => sagaId).filter((id) => ids.has(id))).size >= count * 0.75;
  });
  return sagaIds;
}

test("a replica stopped for longer than its leases loses them, and does nothing twice when it goes on", async () => {
  const settings = { lease: "1s" };
  const [stopped, other] = [await fleet.launch({ settings }), await fleet.launch({ settings })];
  const sagaIds = await placeAt(stopped, 80, { create: { slow_answer_ms: 400 }, charge: { slow_answer_ms: 200 } });
  process.kill(stopped.process.pid, "SIGSTOP");
  await untilSettled(other.client, sagaIds, 15_000);
  expect(await other.metric("backstitch_leases_reclaimed_total")).toBeGreaterThanOrEqual(60);
  const before = await fleet.shop.ledger();

  process.kill(stopped.process.pid, "SIGCONT");
  await until("it has noticed", async () => (await stopped.metric("backstitch_leases_lost_total")) >= 60);
  const { status } = await place([stopped.client], goodOrder(`${fleet.prefix}-after`), { waitMs: 10_000 });
  expect(status).toBe("COMPLETED");
  const own = (ids: readonly { sagaId: string }[]) => ids.filter(({ sagaId }) => sagaIds.includes(sagaId)).length;
  expect(own(await fleet.shop.ledger())).toBe(own(before));
  expect(await tallyOrders(stopped.client, fleet.shop, sagaIds)).toEqual({
    completed: 60,
    compensated: 20,
    suspended: [],
  });
});

test("a caller who waits at a replica that was stopped hears, when it goes on, that others ended the saga", async () => {
  const settings = { lease: "500ms" };
  const [stopped, other] = [await fleet.launch({ settings }), await fleet.launch({ settings })];
  const order = goodOrder(`${fleet.prefix}-waited`, { create: { slow_answer_ms: 300 } });
  const waiting = place([stopped.client], order, { waitMs: 20_000 });
  await until("it is in flight", async () => (await fleet.shop.ledger(order.sagaId)).length > 0);
  process.kill(stopped.process.pid, "SIGSTOP");
  await untilSettled(other.client, [order.sagaId], 10_000);
  const { finishedAt } = await other.client.get(order.sagaId);
  await until("its end is some time ago", () => Date.now() - finishedAt!.getTime() > 2_000);
  process.kill(stopped.process.pid, "SIGCONT");
  const answeredAfter = performance.now();
  expect((await waiting).status).toBe("COMPLETED");
  expect(performance.now() - answeredAfter).toBeLessThan(3_000);
}, 40_000);

test("replicas that are stopped and continued again and again never do anything twice", async () => {
  const settings = { lease: "500ms" };
  const replicas = [await fleet.launch({ settings }), await fleet.launch({ settings })];
  const faults = { create: { slow_answer_ms: 50 }, charge: { slow_answer_ms: 50 } };
  const clients = replicas.map(({ client }) => client);
  const traffic = startTraffic(clients, { callers: 16, name: fleet.prefix, faults });
  for (let turn = 0; turn < 6; turn++) {
    const { pid } = replicas[turn % 2]!.process;
    await untilServed(traffic, 10);
    process.kill(pid, "SIGSTOP");
    const [stoppedAt, before] = [performance.now(), traffic.finished];
    await until("the other serves alone, for longer than a lease", () => {
      return traffic.finished >= before + 10 && performance.now() - stoppedAt > 1_000;
    });
    process.kill(pid, "SIGCONT");
  }
  const reclaimed = replicas.map((replica) => replica.metric("backstitch_leases_reclaimed_total"));
  expect((await Promise.all(reclaimed)).reduce((a, b) => a + b)).toBeGreaterThan(10);
  await traffic.stop();
  const tally = await tallyOrders(clients[0]!, fleet.shop, traffic.sagaIds);
  expectServed(tally, { completed: 40, compensated: 20 });
}, 60_000);

test("three replicas under a rolling kill loop lose no order and do none twice", async () => {
  const settings = { lease: "1s" };
  const replicas = await Promise.all([1, 2, 3].map(() => fleet.launch({ settings })));
  const clients = replicas.map(({ client }) => client);
  const faults = { create: { slow_answer_ms: 100 }, charge: { slow_answer_ms: 100 }, confirm: { slow_answer_ms: 100 } };
  const traffic = startTraffic(clients, { callers: 12, name: fleet.prefix, faults });
  for (let kill = 0; kill < 8; kill++) {
    await untilServed(traffic, 8);
    const killed = replicas[kill % 3]!;
    await killed.process.kill9();
    await killed.restart();
  }
  await traffic.stop();
  await untilSettled(clients[0]!, traffic.sagaIds, 10_000);
  const tally = await tallyOrders(clients[0]!, fleet.shop, traffic.sagaIds);
  expectServed(tally, { completed: 60, compensated: 30 });
}, 90_000);

/** Stops a replica that was given a hundred orders: the other one ends them without waiting for a lease to expire. */
async function expectHandedOver(stopped: Replica, other: Replica, sagaIds: readonly string[]): Promise<void> {
  const stopping = stopped.process.stop();
  await untilSettled(other.client, sagaIds, 10_000);
  await stopping;
  expect(await stopped.process.exited).toBe("exit status 0");
  expect(await other.metric("backstitch_leases_reclaimed_total")).toBe(0);
  expect(await tallyOrders(other.client, fleet.shop, sagaIds)).toEqual({
    completed: 75,
    compensated: 25,
    suspended: [],
  });
}

// With leases of a minute: nothing that waits for one to expire is done in time.
test("a replica told to stop lets what is in flight end, hands the rest over and ends with status 0", async () => {
  const settings = { lease: "60s", grace: "5s" };
  const [stopped, other] = [await fleet.launch({ settings }), await fleet.launch({ settings })];
  const faults = { create: { slow_answer_ms: 700 }, charge: { fail: 1 } };
  const sagaIds = await placeAt(stopped, 100, faults);
  await expectHandedOver(stopped, other, sagaIds);
});

test("a replica told to stop hands over what does not end within its grace time", async () => {
  const settings = { lease: "60s", grace: "200ms" };
  const [stopped, other] = [await fleet.launch({ settings }), await fleet.launch({ settings })];
  const sagaIds = await placeAt(stopped, 100, { create: { slow_answer_ms: 1_500 } });
  await expectHandedOver(stopped, other, sagaIds);
});

test("replicas told to stop one after another under load refuse and lose nothing", async () => {
  const settings = { lease: "60s" };
  const replicas = [await fleet.launch({ settings }), await fleet.launch({ settings })];
  const clients = replicas.map(({ client }) => client);
  const faults = { create: { slow_answer_ms: 50 }, charge: { slow_answer_ms: 50 } };
  const traffic = startTraffic(clients, { callers: 12, name: fleet.prefix, faults });
  for (let turn = 0; turn < 4; turn++) {
    await untilServed(traffic, 10);
    const stopped = replicas[turn % 2]!;
    await stopped.process.stop();
    expect(await stopped.process.exited).toBe("exit status 0");
    await stopped.restart();
  }
  await traffic.stop();
  const tally = await tallyOrders(clients[0]!, fleet.shop, traffic.sagaIds);
  expectServed(tally, { completed: 40, compensated: 20 });
}, 60_000);
