import { afterAll, beforeAll, expect, test } from "vitest";
import { foodOrder } from "../../deploy/local/orders.ts";
import { isFinal, saga } from "../../sdk/typescript/src/index.ts";
import { tallyOrders } from "../support/order-invariants.ts";
import { untilSettled } from "../support/order-traffic.ts";
import { overBothTransports } from "../support/quick-order.ts";
import { type ShopSystem, startShopSystem } from "../support/shop.ts";
import { until } from "../support/until.ts";

const transports = ["serve", "unary"] as const;

let system: ShopSystem;
beforeAll(async () => {
  // No breaker helps the neighbours here: it stays closed.
  const breaker = { min_calls: 1_000_000, reset_ms: 500 };
  system = await startShopSystem({ participants: (services) => overBothTransports(services, { breaker }) });
});
afterAll(() => system?.end());

test.each(transports)(
  "over %s: a hundred sagas that hang on one participant stop no saga of the others, and complete when it goes on",
  async (transport) => {
    const retry = { schedule: ["100ms"], maxAttempts: 100 };
    const hanging = saga(`hanging-${transport}`)
      .call("create_order", `order_${transport}.create`)
      .call("process_payment", `payment_${transport}.charge`, {
        timeout: "1s",
        retry,
        input: {
          order_id: "steps.create_order.output.order_id",
          amount: "input.total",
          currency: "input.currency",
          card_token: "input.card_token",
        },
      });
    const other = saga(`other-${transport}`)
      .call("create_order", `order_${transport}.create`)
      .call("confirm_order", `order_${transport}.confirm`, {
        input: { order_id: "steps.create_order.output.order_id", charge_id: "'none'" },
      });
    await system.client.register(hanging.build());
    await system.client.register(other.build());
    const start = (name: string, sagaId: string, wait = 0) => system.start(name, foodOrder(), { sagaId, wait });
    expect((await start(`hanging-${transport}`, `warm-${transport}`, 10_000)).saga.status).toBe("COMPLETED");

    const { pid } = system.shop.services.payment;
    const hung = Array.from({ length: 100 }, (_, i) => `hung-${transport}-${i}`);
    process.kill(pid, "SIGSTOP");
    try {
      await Promise.all(hung.map((sagaId) => start(`hanging-${transport}`, sagaId)));
      await until("all of them hang", async () => {
        const sagas = await Promise.all(hung.map((sagaId) => system.client.get(sagaId)));
        return sagas.every(({ steps }) => steps[1]?.startedAt !== undefined);
      });
      const others = Array.from({ length: 200 }, (_, i) => `other-${transport}-${i}`);
      const ended = await Promise.all(others.map((sagaId) => start(`other-${transport}`, sagaId, 10_000)));
      expect(ended.map(({ saga }) => saga.status)).toEqual(Array(200).fill("COMPLETED"));
      expect(await tallyOrders(system.client, system.shop, others)).toMatchObject({ completed: 200 });
      for (const sagaId of hung) expect(isFinal(await system.client.get(sagaId))).toBe(false);
    } finally {
      process.kill(pid, "SIGCONT");
    }
    await untilSettled(system.client, hung, 20_000);
    expect(await tallyOrders(system.client, system.shop, hung)).toEqual({
      completed: 100,
      compensated: 0,
      suspended: [],
    });
  },
  60_000,
);
