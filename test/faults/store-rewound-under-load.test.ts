import { afterAll, beforeAll, expect, test } from "vitest";
import type { Faults } from "../../participants/src/faults.ts";
import { isFinal } from "../../sdk/typescript/src/index.ts";
import { type Fleet, startFleet } from "../support/fleet.ts";
import { expectServed, tallyOrders } from "../support/order-invariants.ts";
import { declinedOrder, goodOrder, place, startTraffic, untilServed } from "../support/order-traffic.ts";
import { until } from "../support/until.ts";

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet({ aof: "always" });
});
afterAll(() => fleet?.end());

/** In flight for a moment, and parked once. */
const parking: Faults = { create: { slow_answer_ms: 20 }, charge: { fail: 1 } };

test("Redis loses what it acknowledged, again and again, under load: every order ends whole, every effect once", async () => {
  const { client } = await fleet.launch();
  const second = await fleet.launch();
  const clients = [client, second.client];
  const traffic = startTraffic(clients, { callers: 12, name: fleet.prefix, faults: parking });
  for (let loss = 0; loss < 3; loss++) {
    await untilServed(traffic, 15, 60_000);
    const rewind = await fleet.redis.snapshot();
    await untilServed(traffic, 10, 60_000);
    await rewind();
  }
  await untilServed(traffic, 15, 60_000);
  await traffic.stop();

  // Orders whose very start was lost: a caller who still wants to know asks again, under the same id.
  for (const [i, sagaId] of traffic.sagaIds.entries()) {
    const order = i % 3 === 2 ? declinedOrder(sagaId, parking) : goodOrder(sagaId, parking);
    await until(`${sagaId} is final`, async () => isFinal(await place(clients, order, { waitMs: 2_000 })), 60_000);
  }
  // An order may have been undone in a past of which its history knows nothing: only the ledger's own order counts.
  const tally = await tallyOrders(client, fleet.shop, traffic.sagaIds, Number.POSITIVE_INFINITY);
  expectServed(tally, { completed: 30, compensated: 10 });
  const histories = await Promise.all(traffic.sagaIds.map((id) => Array.fromAsync(client.history(id))));
  expect(histories.filter((events) => events.some(({ kind }) => kind === "storeRolledBack")).length).toBeGreaterThan(3);
}, 240_000);
