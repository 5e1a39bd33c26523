import { isDeepStrictEqual } from "node:util";
import type { Scenario, ScenarioKit, Workflow } from "./scenario.ts";

function mealOrder(orderId: string, changes: Record<string, unknown> = {}) {
  return {
    order_id: orderId,
    customer: "cus_ada",
    restaurant: "Trattoria Da Enzo",
    items: [{ name: "Pizza Margherita", quantity: 2 }],
    total: 2500,
    currency: "EUR",
    card_token: "card_visa",
    ...changes,
  };
}

type Progress = "at_restaurant" | "picked_up" | "on_the_way" | "delivered" | "customer_absent";

/** A dasher takes the order. */
async function take(kit: ScenarioKit, id: string, dasher: string): Promise<void> {
  await kit.completeStep(id, "assign_dasher", { kind: "done", output: { dasher_id: dasher } });
}

async function report(kit: ScenarioKit, id: string, dasher: string, ...progress: Progress[]): Promise<void> {
  for (const status of progress) await kit.signal(id, "dasher", { dasher_id: dasher, status });
}

async function giveUp(kit: ScenarioKit, id: string, dasher: string): Promise<void> {
  await kit.signal(id, "dasher", { dasher_id: dasher, status: "cancelled", code: "DASHER_CANCELLED" });
}

async function confirm(kit: ScenarioKit, id: string): Promise<void> {
  await kit.signal(id, "restaurant", { accepted: true });
}

/** Confirmed, taken and carried to the customer's door. */
async function carry(kit: ScenarioKit, id: string, end: "delivered" | "customer_absent"): Promise<void> {
  await confirm(kit, id);
  await take(kit, id, "dash_1");
  await report(kit, id, "dash_1", "at_restaurant", "picked_up", "on_the_way", end);
}

/** Whether the customer was told that the order is off. */
async function told(kit: ScenarioKit, orderId: string): Promise<boolean> {
  const rows = await kit.read(
    "delivery",
    (sql) =>
      sql.all`SELECT 1 FROM notifications WHERE message = ${`Your order ${orderId} was cancelled; you pay nothing`}`,
  );
  return rows.length === 1;
}

async function rows(kit: ScenarioKit, table: "charges" | "authorizations", orderId: string): Promise<unknown[]> {
  const found = await kit.read("payment", (sql) =>
    table === "charges"
      ? sql.all<object>`SELECT amount FROM charges WHERE order_id = ${orderId}`
      : sql.all<object>`SELECT status FROM authorizations WHERE order_id = ${orderId}`,
  );
  return found.map((row) => ({ ...row }));
}

const delivered = {
  "delivery.place_order": [1, 0],
  "payment.authorize": [1, 0],
  "delivery.send_ticket": [1, 0],
  "delivery.assign_dasher": [1, 0],
  "delivery.close_order": [1, 0],
  "payment.capture": [1, 0],
} as const;
const rated = { ...delivered, "delivery.save_rating": [1, 0] } as const;
const calledOff = {
  "delivery.place_order": [1, 1],
  "payment.authorize": [1, 1],
  "delivery.send_ticket": [1, 1],
} as const;

const scenarios: readonly Scenario[] = [
  {
    name: "happy",
    title: "A meal comes to its customer",
    story:
      "The restaurant confirms, a dasher takes it, reports the way and hands it over; the customer pays and rates.",
    expect: { status: "COMPLETED", effects: rated },
    async run(kit) {
      const id = await kit.start("delivery", mealOrder(kit.id));
      await kit.until(id, { restaurant_confirms: "WAITING" });
      await confirm(kit, id);
      await take(kit, id, "dash_1");
      await report(kit, id, "dash_1", "at_restaurant", "picked_up", "on_the_way");
      await kit.until(id, { at_the_door: "WAITING" });
      kit.check("nothing is charged on the way", (await rows(kit, "charges", kit.id)).length === 0);
      await report(kit, id, "dash_1", "delivered");
      await kit.until(id, { rating: "WAITING" });
      await kit.signal(id, "rating", { stars: 5 });
      const { output } = await kit.until(id, "COMPLETED");
      kit.check("it is handed over", output?.outcome === "DELIVERED");
    },
  },
  {
    name: "declined",
    title: "The card is declined",
    story: "Nothing is held, the restaurant never hears of it; the order is cancelled and the customer told.",
    expect: {
      status: "COMPENSATED",
      failure: "CARD_DECLINED",
      effects: { "delivery.place_order": [1, 1] },
    },
    async run(kit) {
      await kit.start("delivery", mealOrder(kit.id, { card_token: "card_declined" }));
    },
  },
  {
    name: "restaurant-rejects",
    title: "The restaurant rejects the order",
    story: "The money is released, the order cancelled, and the customer told.",
    expect: { status: "COMPENSATED", failure: "KITCHEN_CLOSED", effects: calledOff },
    async run(kit) {
      const id = await kit.start("delivery", mealOrder(kit.id));
      await kit.signal(id, "restaurant", { accepted: false, code: "KITCHEN_CLOSED" });
      await kit.until(id, "COMPENSATED");
      kit.check("the customer is told", await told(kit, kit.id));
      const held = await rows(kit, "authorizations", kit.id);
      kit.check("the money is released", isDeepStrictEqual(held, [{ status: "RELEASED" }]));
    },
  },
  {
    name: "restaurant-silent",
    title: "The restaurant says nothing for five minutes",
    story: "Silence is a no: cancelled at the restaurant, released, the customer told.",
    expect: { status: "COMPENSATED", failure: "SIGNAL_TIMEOUT", effects: calledOff },
    async run(kit) {
      const id = await kit.start("delivery", mealOrder(kit.id));
      await kit.until(id, { restaurant_confirms: "WAITING" });
      await kit.advance("5m");
    },
  },
  {
    name: "no-dasher",
    title: "No dasher takes the order for a quarter of an hour",
    story: "The call is closed, the order cancelled at the restaurant, and the money released.",
    expect: {
      status: "COMPENSATED",
      failure: "COMPLETION_TIMEOUT",
      effects: { ...calledOff, "delivery.assign_dasher": [1, 1] },
    },
    async run(kit) {
      const id = await kit.start("delivery", mealOrder(kit.id));
      await confirm(kit, id);
      await kit.until(id, { assign_dasher: "WAITING" });
      await kit.advance("14m");
      const waiting = await kit.get(id);
      kit.check("it is still being tried after 14 minutes", waiting.status === "RUNNING");
      await kit.advance("2m");
      await kit.until(id, "COMPENSATED");
      const tickets = await kit.read(
        "delivery",
        (sql) => sql.all<object>`SELECT status FROM tickets WHERE order_id = ${kit.id}`,
      );
      kit.check("it is cancelled at the restaurant", isDeepStrictEqual({ ...tickets[0] }, { status: "CANCELLED" }));
    },
  },
  {
    name: "dasher-cancels",
    title: "A dasher cancels on the way, and another one takes over",
    story:
      "The saga goes back to the assignment: the first is undone, a second dasher brings the meal. The restaurant is not asked again.",
    expect: { status: "COMPLETED", effects: { ...rated, "delivery.assign_dasher": [2, 1] } },
    async run(kit) {
      const id = await kit.start("delivery", mealOrder(kit.id));
      await confirm(kit, id);
      await take(kit, id, "dash_1");
      await report(kit, id, "dash_1", "at_restaurant", "picked_up");
      await kit.until(id, { on_the_way: "WAITING" });
      await giveUp(kit, id, "dash_1");
      await kit.until(id, (saga) => saga.steps.some((step) => step.name === "assign_dasher" && step.round === 1));
      await take(kit, id, "dash_2");
      await report(kit, id, "dash_2", "at_restaurant", "picked_up", "on_the_way", "delivered");
      await kit.signal(id, "rating", { stars: 3 });
    },
  },
  {
    name: "dashers-keep-cancelling",
    title: "Every dasher cancels",
    story: "The saga goes back three times and no further; then the order is off, everywhere.",
    expect: {
      status: "COMPENSATED",
      failure: "DASHER_CANCELLED",
      effects: { ...calledOff, "delivery.assign_dasher": [4, 4] },
    },
    async run(kit) {
      const id = await kit.start("delivery", mealOrder(kit.id));
      await confirm(kit, id);
      for (let round = 0; round < 4; round++) {
        await kit.until(id, (saga) =>
          saga.steps.some((step) => step.name === "assign_dasher" && step.round === round && step.status === "WAITING"),
        );
        await take(kit, id, `dash_${round}`);
        await giveUp(kit, id, `dash_${round}`);
      }
    },
  },
  {
    name: "customer-absent",
    title: "Nobody opens, nobody answers",
    story: "The dasher waits, calls, and leaves the meal at the door. The customer is charged all the same.",
    expect: {
      status: "COMPLETED",
      steps: { customer_answers: "FAILED", rating: "FAILED", save_rating: "SKIPPED" },
      effects: { ...delivered, "delivery.contact_customer": [1, 0] },
    },
    async run(kit) {
      const id = await kit.start("delivery", mealOrder(kit.id));
      await carry(kit, id, "customer_absent");
      await kit.until(id, { wait_for_customer: "WAITING" });
      await kit.advance("5m");
      await kit.until(id, { customer_answers: "WAITING" });
      await kit.advance("10m");
      await kit.until(id, { rating: "WAITING" });
      await kit.advance("1d");
      const { output } = await kit.until(id, "COMPLETED");
      kit.check("the meal is at the door", output?.outcome === "LEFT_AT_DOOR");
      const charged = await rows(kit, "charges", kit.id);
      kit.check("the customer is charged", isDeepStrictEqual(charged, [{ amount: 2500 }]));
    },
  },
  {
    name: "customer-cancels-at-the-door",
    title: "Nobody opens, and the customer cancels",
    story: "The meal is thrown away. The dasher came to the door, so the customer is charged.",
    expect: { status: "COMPLETED", effects: { ...rated, "delivery.contact_customer": [1, 0] } },
    async run(kit) {
      const id = await kit.start("delivery", mealOrder(kit.id));
      await carry(kit, id, "customer_absent");
      await kit.until(id, { wait_for_customer: "WAITING" });
      await kit.advance("5m");
      await kit.until(id, { customer_answers: "WAITING" });
      await kit.signal(id, "customer", { answer: "cancel" });
      await kit.until(id, { rating: "WAITING" });
      await kit.signal(id, "rating", { stars: 1 });
      const { output } = await kit.until(id, "COMPLETED");
      kit.check("the meal is thrown away", output?.outcome === "DISCARDED");
      kit.check("the customer is charged", (await rows(kit, "charges", kit.id)).length === 1);
    },
  },
];

export const workflow: Workflow = {
  name: "delivery",
  services: ["delivery", "payment"],
  scenarios,
  example: {
    input: () => mealOrder("meal-1"),
    signals: [{ signal: "restaurant", payload: { accepted: true } }],
  },
};
