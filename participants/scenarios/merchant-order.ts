import { refusalOf } from "./refusal.ts";
import type { Scenario, ScenarioKit, Workflow } from "./scenario.ts";

function order(orderId: string, changes: Record<string, unknown> = {}) {
  return {
    order_id: orderId,
    merchant: { id: "mer_tea", email: "tea@example.com" },
    customer: { id: "cus_ada", email: "ada@example.com" },
    items: [{ sku: "mug", quantity: 2 }],
    total: 2800,
    currency: "EUR",
    card_token: "card_visa",
    address: { name: "Ada Lovelace", street: "Torstrasse 1", city: "Berlin", country: "DE" },
    ...changes,
  };
}

const started = {
  "merchants.create_order": [1, 0],
  "payment.charge": [1, 0],
  "inventory.reserve": [1, 0],
  "merchants.notify_merchant": [1, 0],
} as const;

const undone = {
  "merchants.create_order": [1, 1],
  "payment.charge": [1, 1],
  "inventory.reserve": [1, 1],
  "merchants.notify_merchant": [1, 1],
} as const;

const shipped = { "shipping.create_label": [1, 0], "merchants.close_shipment": [1, 0] } as const;
const calledBack = { "shipping.create_label": [1, 1], "merchants.close_shipment": [1, 1] } as const;

/** Starts an order that the merchant packs five hours later; gives the ids of it and of its shipment. */
async function packed(kit: ScenarioKit, changes: Record<string, unknown> = {}, faults = {}) {
  const sagaId = await kit.start("merchant-order", order(kit.id, changes), { faults });
  await kit.until(sagaId, { fulfilment: "WAITING" });
  await kit.advance("5h");
  await kit.signal(sagaId, "packed", { parcels: 1 });
  return { sagaId, shipment: `${sagaId}.shipment` };
}

/** Has the carrier pick up a parcel and deliver it, in two days. */
async function delivered(kit: ScenarioKit, { sagaId, shipment }: { sagaId: string; shipment: string }): Promise<void> {
  await shipping(kit, shipment);
  for (const status of ["IN_TRANSIT", "OUT_FOR_DELIVERY", "DELIVERED"]) {
    await kit.advance("16h");
    await kit.signal(shipment, "tracking", { status });
  }
  await kit.until(sagaId, { return_period: "WAITING" });
}

async function shipping(kit: ScenarioKit, shipment: string): Promise<void> {
  await begun(kit, shipment);
  await kit.advance("20h");
  await kit.signal(shipment, "carrier_pickup", { driver: "D 17" });
}

/** The child is started by its parent's step: it is there a moment later. */
async function begun(kit: ScenarioKit, shipment: string): Promise<void> {
  const parent = shipment.slice(0, shipment.lastIndexOf("."));
  await kit.until(parent, { shipment: "WAITING" });
  await kit.until(shipment, { carrier_pickup: "WAITING" });
}

const goesThrough: Scenario = {
  name: "goes-through",
  title: "An order, from the click to the merchant's money",
  story:
    "Packed after five hours, picked up the next day, delivered two days later; the merchant is paid a week after that.",
  expect: { status: "COMPLETED", effects: { ...started, ...shipped, "payment.pay_out": [1, 0] } },
  async run(kit) {
    const ids = await packed(kit);
    await delivered(kit, ids);
    await kit.advance("6d");
    await kit.until(ids.sagaId, { return_period: "WAITING" });
    await kit.advance("25h");
  },
};

const declined: Scenario = {
  name: "declined",
  title: "The payment is declined",
  story: "The order is cancelled; nobody else has heard of it.",
  expect: { status: "COMPENSATED", failure: "CARD_DECLINED", effects: { "merchants.create_order": [1, 1] } },
  async run(kit) {
    await kit.start("merchant-order", order(kit.id, { card_token: "card_declined" }));
  },
};

const soldOut: Scenario = {
  name: "sold-out",
  title: "The items are sold out",
  story: "Refund the payment, cancel the order.",
  expect: {
    status: "COMPENSATED",
    failure: "OUT_OF_STOCK",
    effects: { "merchants.create_order": [1, 1], "payment.charge": [1, 1] },
  },
  async run(kit) {
    await kit.start("merchant-order", order(kit.id, { items: [{ sku: "teapot", quantity: 4 }] }));
  },
};

const notPacked: Scenario = {
  name: "not-packed",
  title: "The merchant does not pack within 48 hours",
  story: "The merchant is told that it is called off; the items go back, the customer gets the money back.",
  expect: { status: "COMPENSATED", failure: "SIGNAL_TIMEOUT", effects: undone },
  async run(kit) {
    const sagaId = await kit.start("merchant-order", order(kit.id));
    await kit.until(sagaId, { fulfilment: "WAITING" });
    await kit.advance("47h");
    await kit.until(sagaId, { fulfilment: "WAITING" });
    await kit.advance("2h");
  },
};

const refused: Scenario = {
  name: "merchant-refuses",
  title: "The merchant refuses the order",
  story: "The signal says why, and so does the saga.",
  expect: { status: "COMPENSATED", failure: "CANNOT_PACK", steps: { fulfilment: "REJECTED" }, effects: undone },
  async run(kit) {
    const sagaId = await kit.start("merchant-order", order(kit.id));
    await kit.until(sagaId, { fulfilment: "WAITING" });
    await kit.signal(sagaId, "packed", { code: "CANNOT_PACK" });
  },
};

const noCarrier: Scenario = {
  name: "no-carrier",
  title: "No carrier goes there",
  story: "The shipment's own saga is compensated, which rejects the step that runs it: all of the order is undone.",
  expect: { status: "COMPENSATED", failure: "NO_SERVICE", steps: { shipment: "REJECTED" }, effects: undone },
  async run(kit) {
    await packed(kit, { address: { name: "Ada Lovelace", street: "Pole 1", city: "McMurdo", country: "AQ" } });
  },
};

const notPickedUp: Scenario = {
  name: "not-picked-up",
  title: "The carrier does not come for three days",
  story: "The label is voided, and the order is undone.",
  expect: {
    status: "COMPENSATED",
    failure: "SIGNAL_TIMEOUT",
    effects: { ...undone, "shipping.create_label": [1, 1] },
  },
  async run(kit) {
    const { shipment } = await packed(kit);
    await begun(kit, shipment);
    await kit.advance("73h");
  },
};

const lost: Scenario = {
  name: "parcel-lost",
  title: "The parcel is lost",
  story: "A tracking update says so: the shipment is compensated, and the customer gets the money back.",
  expect: {
    status: "COMPENSATED",
    failure: "PARCEL_LOST",
    effects: { ...undone, "shipping.create_label": [1, 1] },
  },
  async run(kit) {
    const { shipment } = await packed(kit);
    await shipping(kit, shipment);
    await kit.signal(shipment, "tracking", { status: "IN_TRANSIT" });
    await kit.advance("1d");
    await kit.signal(shipment, "tracking", { status: "LOST", code: "PARCEL_LOST" });
  },
};

const returned: Scenario = {
  name: "returned",
  title: "The customer sends it back within the week",
  story: "The shipment is long over: its saga is reopened and compensated, then the rest of the order.",
  expect: { status: "COMPENSATED", failure: "CANCELLED", effects: { ...undone, ...calledBack } },
  async run(kit) {
    const ids = await packed(kit);
    await delivered(kit, ids);
    await kit.advance("3d");
    await kit.cancel(ids.sagaId, "the mugs leak");
    await kit.until(ids.sagaId, "COMPENSATED");
    const { status } = await kit.get(ids.shipment);
    kit.check(`the shipment is compensated, not ${status}`, status === "COMPENSATED");
  },
};

const payoutFails: Scenario = {
  name: "payout-fails",
  title: "The merchant's bank is down on the day of the payout",
  story: "The saga waits for a person with all it has done; once the bank is back she has the step tried again.",
  expect: { status: "COMPLETED", effects: { ...started, ...shipped, "payment.pay_out": [1, 0] } },
  async run(kit) {
    const up = new Date((await kit.now()).getTime() + 12 * 86_400_000);
    const ids = await packed(kit, {}, { pay_out: { fail_until: up.toISOString() } });
    await delivered(kit, ids);
    await kit.advance("7d");
    await kit.until(ids.sagaId, "SUSPENDED");
    await kit.advance(up);
    await kit.retryStep(ids.sagaId, "pay_merchant", { reason: "the bank says that it is back" });
  },
};

const tooLate: Scenario = {
  name: "too-late",
  title: "The customer wants to send it back after the payout",
  story: "The payout was the point of no return, and the saga is over: it cannot be cancelled any more.",
  expect: { status: "COMPLETED", effects: { ...started, ...shipped, "payment.pay_out": [1, 0] } },
  async run(kit) {
    const ids = await packed(kit);
    await delivered(kit, ids);
    await kit.advance("8d");
    await kit.until(ids.sagaId, "COMPLETED");
    const refusal = await refusalOf(kit.cancel(ids.sagaId));
    kit.check(`the cancellation is refused as SAGA_FINAL, not with ${refusal}`, refusal === "SAGA_FINAL");
  },
};

export const workflow: Workflow = {
  name: "merchant-order",
  services: ["merchants", "payment", "inventory", "shipping"],
  scenarios: [
    goesThrough,
    declined,
    soldOut,
    notPacked,
    refused,
    noCarrier,
    notPickedUp,
    lost,
    returned,
    payoutFails,
    tooLate,
  ],
  example: { input: () => order("ord_7001"), signals: [{ signal: "packed", payload: { parcels: 1 } }] },
};
