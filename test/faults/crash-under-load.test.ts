import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { allDefinitions } from "../../deploy/local/definitions.ts";
import type { CrashPoint } from "../../orchestrator/src/worker/crash-points.ts";
import type { Faults } from "../../participants/src/faults.ts";
import { type Fleet, type Replica, startFleet } from "../support/fleet.ts";
import { tallyOrders } from "../support/order-invariants.ts";
import { declinedOrder, goodOrder, type Order, place, untilSettled } from "../support/order-traffic.ts";
import { until } from "../support/until.ts";

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
});
afterEach(() => fleet.reset());
afterAll(() => fleet?.end());

const foodOrderText = readFileSync(join(allDefinitions, "food-order.yaml"), "utf8");
/** Commits at once and answers late: the call is in flight, its effect is there. */
const slow: Faults = { create: { slow_answer_ms: 700 }, charge: { slow_answer_ms: 700 } };

/** Every fourth is declined. */
function orders(count: number, faults: Faults): Order[] {
  const names = Array.from({ length: count }, (_, i) => `${fleet.prefix}-${i}`);
  return names.map((name, i) => (i % 4 === 3 ? declinedOrder(name, faults) : goodOrder(name, faults)));
}

/** Places 200 orders whose attempts may take 1 s, and waits until most have an effect and none has ended. */
async function placeTwoHundred(replica: Replica): Promise<string[]> {
  await replica.client.register(foodOrderText.replaceAll("timeout: 2s", "timeout: 1s"));
  const placed = orders(200, slow);
  await Promise.all(placed.map((order) => place([replica.client], order)));
  const sagaIds = placed.map(({ sagaId }) => sagaId);
  const ids = new Set(sagaIds);
  await until("150 orders are created", async () => {
    const effects = await fleet.shop.ledger();
    return effects.filter(({ sagaId }) => ids.has(sagaId)).length >= 150;
  });
  expect(await replica.metric("backstitch_sagas_finished_total")).toBe(0);
  return sagaIds;
}

test("killed with 200 sagas in flight, all are finished within 10 s of the restart", async () => {
  const replica = await fleet.launch({ settings: { lease: "5s" } });
  const sagaIds = await placeTwoHundred(replica);
  await replica.process.kill9();
  await replica.restart();
  await untilSettled(replica.client, sagaIds, 10_000);
  expect(await tallyOrders(replica.client, fleet.shop, sagaIds)).toEqual({
    completed: 150,
    compensated: 50,
    suspended: [],
  });
});

test("killed with 200 sagas in flight, another replica finishes all within two lease times", async () => {
  // The default lease: two shorter ones would leave little time for the work itself.
  const [killed, other] = [
    await fleet.launch({ settings: { lease: "5s" } }),
    await fleet.launch({ settings: { lease: "5s" } }),
  ];
  const sagaIds = await placeTwoHundred(killed);
  await killed.process.kill9();
  await untilSettled(other.client, sagaIds, 10_000);
  expect(await other.metric("backstitch_leases_reclaimed_total")).toBe(200);
  expect(await tallyOrders(other.client, fleet.shop, sagaIds)).toEqual({
    completed: 150,
    compensated: 50,
    suspended: [],
  });
});

test("a definition registered anew leaves running sagas on their version, also across a kill", async () => {
  const replica = await fleet.launch();
  const old = orders(20, slow);
  await Promise.all(old.map((order) => place([replica.client], order)));
  const shorter = foodOrderText.slice(0, foodOrderText.indexOf("  - name: confirm_order"));
  const { version } = await replica.client.register(shorter);
  expect(version).toMatchObject({ version: 2, latest: true });
  const fresh = Array.from({ length: 20 }, (_, i) => goodOrder(`${fleet.prefix}-fresh-${i}`, slow));
  await Promise.all(fresh.map((order) => place([replica.client], order)));
  expect(await replica.metric("backstitch_sagas_finished_total")).toBe(0);
  await replica.process.kill9();
  await replica.restart();

  const [oldIds, freshIds] = [old, fresh].map((placed) => placed.map(({ sagaId }) => sagaId)) as [string[], string[]];
  await untilSettled(replica.client, [...oldIds, ...freshIds], 20_000);
  const stepsOf = async (sagaId: string) => {
    const { version, steps } = await replica.client.get(sagaId);
    return `version ${version} with ${steps.length} steps`;
  };
  expect(new Set(await Promise.all(oldIds.map(stepsOf)))).toEqual(new Set(["version 1 with 3 steps"]));
  expect(new Set(await Promise.all(freshIds.map(stepsOf)))).toEqual(new Set(["version 2 with 2 steps"]));
  expect(await tallyOrders(replica.client, fleet.shop, oldIds)).toEqual({
    completed: 15,
    compensated: 5,
    suspended: [],
  });
  expect(await tallyOrders(replica.client, fleet.shop, freshIds)).toMatchObject({ completed: 20 });
});

/** Twenty orders are in flight when a saga kills its first owner and the two that take it over. Gives all as they end. */
async function poisoned(point: CrashPoint): Promise<{ poison: string; others: string[]; replica: Replica }> {
  const settings = { lease: "500ms", max_crashes: 3 };
  const poison = goodOrder(`${fleet.prefix}-poison`);
  const deadly = { BACKSTITCH_CRASH_AT: `${point}@${poison.sagaId}` };
  const replica = await fleet.launch({ settings, env: deadly });
  const placed = orders(20, { create: { hang: 1 } });
  await Promise.all(placed.map((order) => place([replica.client], order)));
  // Where the first death comes before the answer, there is nobody to repeat the call to.
  const placing = place([replica.client], poison);
  for (let deaths = 1; deaths <= 3; deaths++) {
    expect(await replica.process.exited).toBe("SIGKILL");
    await replica.restart(deaths < 3 ? deadly : { BACKSTITCH_CRASH_AT: undefined });
  }
  await placing;
  const others = placed.map(({ sagaId }) => sagaId);
  await untilSettled(replica.client, [poison.sagaId, ...others], 20_000);
  return { poison: poison.sagaId, others, replica };
}

/** By what a saga computes, by what it sends, by what it receives. */
const deadlyPoints: readonly CrashPoint[] = ["before-commit", "before-send", "after-answer"];

test.each(deadlyPoints)(
  "a saga that kills all its owners (%s) is suspended after the third, and no other is",
  async (point) => {
    const { poison, others, replica } = await poisoned(point);
    expect(await replica.client.get(poison)).toMatchObject({ status: "SUSPENDED", failure: { kind: "QUARANTINED" } });
    await tallyOrders(replica.client, fleet.shop, [poison]);
    expect(await tallyOrders(replica.client, fleet.shop, others)).toEqual({
      completed: 15,
      compensated: 5,
      suspended: [],
    });
    const fresh = await place([replica.client], goodOrder(`${fleet.prefix}-fresh`), { waitMs: 10_000 });
    expect(fresh.status).toBe("COMPLETED");
  },
  60_000,
);
