import { fulfilmentOrder } from "../../deploy/local/orders.ts";
import type { Scenario, Workflow } from "./scenario.ts";

/** The effects of an order that went all the way. */
export const shipped = {
  "inventory.reserve": [1, 0],
  "payment.charge": [1, 0],
  "shipping.create_label": [1, 0],
  "inventory.notify_warehouse": [1, 0],
  "order.send_confirmation": [1, 0],
  "order.update_analytics": [1, 0],
} as const;

const goesThrough: Scenario = {
  name: "goes-through",
  title: "An order is shipped",
  story: "From the shelf to the carrier, with an e-mail and a line in the day's figures.",
  expect: { status: "COMPLETED", effects: shipped },
  async run(kit) {
    await kit.start("order-fulfilment", fulfilmentOrder({ order_id: kit.id }));
  },
};

const declined: Scenario = {
  name: "declined",
  title: "The payment is declined",
  story: "The bank refuses the card, so the items go back on the shelf.",
  expect: { status: "COMPENSATED", failure: "CARD_DECLINED", effects: { "inventory.reserve": [1, 1] } },
  async run(kit) {
    await kit.start("order-fulfilment", fulfilmentOrder({ order_id: kit.id, card_token: "card_declined" }));
  },
};

const labelTimesOut: Scenario = {
  name: "label-times-out",
  title: "Shipping times out with unknown effect",
  story: "The label is bought but the answer never comes: void the label all the same, refund, release.",
  expect: {
    status: "COMPENSATED",
    failure: "DEADLINE_EXCEEDED",
    effects: { "inventory.reserve": [1, 1], "payment.charge": [1, 1], "shipping.create_label": [1, 1] },
  },
  async run(kit) {
    await kit.start("order-fulfilment", fulfilmentOrder({ order_id: kit.id }), {
      faults: { create_label: { hang: 99 } },
    });
  },
};

const mailFails: Scenario = {
  name: "mail-fails",
  title: "The confirmation e-mail fails",
  story: "Best effort: the order stands, and the failure can be seen.",
  expect: {
    status: "COMPLETED",
    steps: { send_confirmation: "FAILED", update_analytics: "DONE" },
    effects: {
      "inventory.reserve": [1, 0],
      "payment.charge": [1, 0],
      "shipping.create_label": [1, 0],
      "inventory.notify_warehouse": [1, 0],
      "order.update_analytics": [1, 0],
    },
  },
  async run(kit) {
    await kit.start("order-fulfilment", fulfilmentOrder({ order_id: kit.id }), {
      faults: { send_confirmation: { fail: 99 } },
    });
  },
};

const orchestratorDies: Scenario = {
  name: "orchestrator-dies",
  title: "The orchestrator is killed in the middle",
  story: "SIGKILL after the card was charged, before the answer came; a new process takes over: one charge.",
  expect: { status: "COMPLETED", effects: shipped },
  async run(kit) {
    const sagaId = await kit.start("order-fulfilment", fulfilmentOrder({ order_id: kit.id }), {
      faults: { charge: { slow_answer_ms: 800 } },
    });
    await kit.until(sagaId, { process_payment: "RUNNING" });
    await kit.untilEffect(sagaId, "payment.charge");
    await kit.killOrchestrator();
    const charges = await kit.read("payment", (sql) => sql.all`SELECT id FROM charges WHERE order_id = ${kit.id}`);
    kit.check("the card was charged once", charges.length === 1);
  },
};

export const workflow: Workflow = {
  name: "order-fulfilment",
  services: ["order", "inventory", "payment", "shipping"],
  scenarios: [goesThrough, declined, labelTimesOut, mailFails, orchestratorDies],
  example: { input: () => fulfilmentOrder() },
};
