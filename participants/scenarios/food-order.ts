import { foodOrder } from "../../deploy/local/orders.ts";
import type { Scenario, Workflow } from "./scenario.ts";

const goesThrough: Scenario = {
  name: "goes-through",
  title: "A food order goes through",
  story: "Create the order, charge the card under the id that this gave, confirm the order.",
  expect: {
    status: "COMPLETED",
    effects: { "order.create": [1, 0], "payment.charge": [1, 0], "order.confirm": [1, 0] },
  },
  async run(kit) {
    const sagaId = await kit.start("food-order", foodOrder());
    const { steps } = await kit.until(sagaId, "COMPLETED");
    const orderId = String(steps[0]?.output?.order_id);
    const charges = await kit.read(
      "payment",
      (sql) => sql.all<{ amount: number }>`SELECT amount FROM charges WHERE order_id = ${orderId}`,
    );
    kit.check("the card was charged once, for the order that was created", charges.length === 1);
  },
};

const startedTwice: Scenario = {
  name: "started-twice",
  title: "The same order is started twice",
  story:
    "The second start has the same id and the same content: it gives the saga that exists, and nothing is done twice.",
  expect: {
    status: "COMPLETED",
    effects: { "order.create": [1, 0], "payment.charge": [1, 0], "order.confirm": [1, 0] },
  },
  async run(kit) {
    await kit.start("food-order", foodOrder());
    const again = await kit.client.start("food-order", foodOrder(), { sagaId: kit.id, metadata: {} });
    kit.check("the second start gives the saga that exists", !again.started);
  },
};

const declined: Scenario = {
  name: "declined",
  title: "The card is declined",
  story: "There is nothing to refund; the order is cancelled.",
  expect: { status: "COMPENSATED", failure: "CARD_DECLINED", effects: { "order.create": [1, 1] } },
  async run(kit) {
    await kit.start("food-order", foodOrder({ card_token: "card_declined" }));
  },
};

const restaurantClosed: Scenario = {
  name: "restaurant-closed",
  title: "The order cannot be confirmed",
  story: "The restaurant has closed meanwhile: refund the payment, cancel the order.",
  expect: {
    status: "COMPENSATED",
    failure: "RESTAURANT_CLOSED",
    effects: { "order.create": [1, 1], "payment.charge": [1, 1] },
  },
  async run(kit) {
    await kit.start("food-order", foodOrder(), { faults: { confirm: { reject: "RESTAURANT_CLOSED" } } });
  },
};

const calledOff: Scenario = {
  name: "called-off",
  title: "Somebody has a running order compensated",
  story: "The status shows that the card is just being charged. Its answer is awaited, then all is undone.",
  expect: {
    status: "COMPENSATED",
    failure: "CANCELLED",
    effects: { "order.create": [1, 1], "payment.charge": [1, 1] },
  },
  async run(kit) {
    const sagaId = await kit.start("food-order", foodOrder(), { faults: { charge: { slow_answer_ms: 700 } } });
    await kit.until(sagaId, { create_order: "DONE", process_payment: "RUNNING", confirm_order: "PENDING" });
    await kit.cancel(sagaId, "the customer has changed her mind");
  },
};

export const workflow: Workflow = {
  name: "food-order",
  services: ["order", "payment"],
  scenarios: [goesThrough, startedTwice, declined, restaurantClosed, calledOff],
  example: { input: () => foodOrder() },
};
