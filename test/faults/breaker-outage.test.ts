import { afterAll, beforeAll, expect, test } from "vitest";
import { foodOrder } from "../../deploy/local/orders.ts";
import { tallyOrders } from "../support/order-invariants.ts";
import { untilSettled } from "../support/order-traffic.ts";
import { countCalls, viewParticipant } from "../support/participant-view.ts";
import { foodOrderOver, overBothTransports } from "../support/quick-order.ts";
import { type ShopSystem, startShopSystem } from "../support/shop.ts";
import { until } from "../support/until.ts";

const transports = ["serve", "unary"] as const;
const piledUp = 300;

let system: ShopSystem;
beforeAll(async () => {
  const settings = { max_in_flight: 32, breaker: { reset_ms: 500 } };
  system = await startShopSystem({ participants: (services) => overBothTransports(services, settings) });
  for (const transport of transports) await system.client.register(foodOrderOver(transport));
});
afterAll(() => system?.end());

test.each(transports)(
  "over %s: a service that is killed while orders pile up fails none of them, and all complete once it is back",
  async (transport) => {
    const payment = `payment_${transport}`;
    const place = (sagaId: string, wait = 0) => system.start(`food-order-${transport}`, foodOrder(), { sagaId, wait });
    expect((await place(`before-${transport}`, 10_000)).saga.status).toBe("COMPLETED");
    await system.shop.services.payment.kill9();

    const sagaIds = Array.from({ length: piledUp }, (_, i) => `piled-${transport}-${i}`);
    await Promise.all(sagaIds.map((sagaId) => place(sagaId)));
    // Every order has been held three times or so: for longer than its attempts alone would have lasted.
    await until(
      "they pile up",
      async () => ((await countCalls(system.orchestrator, payment)).held ?? 0) > 3 * piledUp,
      30_000,
    );
    expect((await viewParticipant(system.orchestrator, payment)).doBreaker).not.toBe("closed");
    const waiting = await Promise.all(sagaIds.map((sagaId) => system.client.get(sagaId)));
    for (const { status, steps } of waiting) {
      expect(status).toBe("RUNNING");
      expect(steps[1]?.attempt).toBeLessThanOrEqual(3);
    }

    await system.shop.services.payment.start();
    await untilSettled(system.client, sagaIds, 20_000);
    expect(await tallyOrders(system.client, system.shop, sagaIds)).toEqual({
      completed: piledUp,
      compensated: 0,
      suspended: [],
    });
    expect((await viewParticipant(system.orchestrator, payment)).doBreaker).toBe("closed");
  },
  90_000,
);
