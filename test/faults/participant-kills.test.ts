import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { foodOrder } from "../../deploy/local/orders.ts";
import type { ServiceName } from "../../deploy/local/shop.ts";
import type { Faults } from "../../participants/src/faults.ts";
import { isFinal } from "../../sdk/typescript/src/index.ts";
import { expectServed, type Tally, tallyOrders } from "../support/order-invariants.ts";
import { type Traffic, untilServed } from "../support/order-traffic.ts";
import { countCalls } from "../support/participant-view.ts";
import { foodOrderOver, overBothTransports, type TransportName } from "../support/quick-order.ts";
import { type ShopSystem, startShopSystem } from "../support/shop.ts";
import { until } from "../support/until.ts";

const transports = ["serve", "unary"] as const;
const names = ["payment", "order", "payment", "order"] as const satisfies ServiceName[];
// Sooner back than by default, so that the tests are.
const breaker = { reset_ms: 500 };

let system: ShopSystem;
beforeAll(async () => {
  system = await startShopSystem({ participants: (services) => overBothTransports(services, { breaker }) });
  for (const transport of transports) await system.client.register(foodOrderOver(transport));
});
afterAll(() => system?.end());

/** Callers that place one order after another, every third one declined, until `trouble` has come to its end. */
async function underLoad(
  name: string,
  transport: TransportName,
  trouble: (traffic: Pick<Traffic, "finished">) => Promise<void>,
) {
  const sagaIds: string[] = [];
  const faults: Faults = { create: { slow_answer_ms: 20 }, charge: { slow_answer_ms: 20 } };
  const traffic = { finished: 0 };
  let over = false;

  async function caller(): Promise<void> {
    while (!over) {
      const sagaId = `${name}-${transport}-${sagaIds.length}`;
      const order = sagaIds.length % 3 === 2 ? foodOrder({ card_token: "card_declined" }) : foodOrder();
      sagaIds.push(sagaId);
      const { saga } = await system.start(`food-order-${transport}`, order, { sagaId, faults, wait: 30_000 });
      expect(isFinal(saga), `${sagaId} is ${saga.status}`).toBe(true);
      traffic.finished++;
    }
  }

  const callers = Promise.all(Array.from({ length: 12 }, caller));
  // Told of below.
  callers.catch(() => {});
  await trouble(traffic).finally(() => {
    over = true;
  });
  await callers;
  return tallyOrders(system.client, system.shop, sagaIds);
}

/** All were served: nothing failed but what was declined. */
function expectAllServed(tally: Tally): void {
  expectServed(tally, { completed: 40, compensated: 20 });
  // Every third is declined; the last ones may not have come in threes.
  expect(tally.completed).toBeGreaterThanOrEqual(2 * tally.compensated);
}

describe.each(transports)("over %s, under load", (transport) => {
  test("participants that are killed and started again fail no order and apply nothing twice", async () => {
    const tally = await underLoad("killed", transport, async (traffic) => {
      for (const name of names) {
        await untilServed(traffic, 12);
        const { pid } = system.shop.services[name];
        await system.shop.services[name].kill9();
        await system.shop.services[name].start();
        expect(system.shop.services[name].pid).not.toBe(pid);
      }
      await untilServed(traffic, 24);
    });
    expectAllServed(tally);
  }, 60_000);

  test("participants that hang and go on fail no order and apply nothing twice", async () => {
    const tally = await underLoad("hung", transport, async (traffic) => {
      for (const name of names) {
        await untilServed(traffic, 12);
        const { pid } = system.shop.services[name];
        const failures = async () => (await countCalls(system.orchestrator, `${name}_${transport}`)).failed ?? 0;
        const before = await failures();
        process.kill(pid, "SIGSTOP");
        try {
          await until("calls are given up", async () => (await failures()) >= before + 3);
        } finally {
          process.kill(pid, "SIGCONT");
        }
      }
      await untilServed(traffic, 24);
    });
    expectAllServed(tally);
  }, 60_000);
});
