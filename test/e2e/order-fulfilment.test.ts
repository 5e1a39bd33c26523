import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fulfilmentOrder } from "../../deploy/local/orders.ts";
import { type ShopSystem, startShopSystem } from "../support/shop.ts";
import { until } from "../support/until.ts";

let system: ShopSystem;
beforeAll(async () => {
  system = await startShopSystem();
});
afterAll(() => system?.end());

const wait = 20_000;

const allDone = {
  reserve: [1, 0],
  charge: [1, 0],
  create_label: [1, 0],
  notify_warehouse: [1, 0],
  send_confirmation: [1, 0],
  update_analytics: [1, 0],
};

/** What is left of an item. */
async function onHand(sku: string): Promise<number | undefined> {
  const rows = await system.read(
    "inventory",
    (sql) => sql.all<{ on_hand: number }>`
    SELECT on_hand FROM stock WHERE sku = ${sku}`,
  );
  return rows[0]?.on_hand;
}

/** The steps whose Undo succeeded, in that order. */
async function undone(sagaId: string): Promise<string[]> {
  const events = await system.story(sagaId);
  return events.filter((event) => event.startsWith("stepUndone ")).map((event) => event.slice("stepUndone ".length));
}

describe("order-fulfilment", () => {
  test("every step is done once, and each sees what the steps before it gave", async () => {
    const order = fulfilmentOrder({ order_id: "happy", items: [{ sku: "teapot", quantity: 1 }] });
    const before = (await onHand("teapot")) ?? 0;
    const { saga } = await system.start("order-fulfilment", order, { sagaId: "happy", wait });
    expect(saga.status).toBe("COMPLETED");
    expect(saga.steps.map((step) => step.status)).toEqual(Array(6).fill("DONE"));
    expect(await system.effects("happy")).toEqual(allDone);
    expect(await onHand("teapot")).toBe(before - 1);
    const shipped = saga.steps.find((step) => step.name === "ship_order")?.output;
    const picks = await system.read(
      "inventory",
      (sql) => sql.all<{ label_id: string }>`
      SELECT label_id FROM pick_list WHERE label_id = ${String(shipped?.label_id)} AND status = 'OPEN'`,
    );
    expect(picks).toHaveLength(1);
    const mails = await system.read("order", (sql) => sql.all<{ subject: string }>`SELECT subject FROM outbox`);
    expect(mails.map(({ subject }) => subject)).toContain(
      `Your order happy is on its way: ${String(shipped?.tracking_code)}`,
    );
  });

  test("a declined payment releases the inventory and ships nothing", async () => {
    const before = await onHand("coffee");
    const order = fulfilmentOrder({ order_id: "declined", card_token: "card_declined" });
    const { saga } = await system.start("order-fulfilment", order, { sagaId: "declined", wait });
    expect(saga.status).toBe("COMPENSATED");
    expect(saga.failure).toMatchObject({ kind: "REJECTED", code: "CARD_DECLINED", step: "process_payment" });
    expect(await system.effects("declined")).toEqual({ reserve: [1, 1] });
    expect(await onHand("coffee")).toBe(before);
  });

  test("a label whose creation times out is voided, the charge refunded, the inventory released", async () => {
    const before = await onHand("coffee");
    const { saga } = await system.start("order-fulfilment", fulfilmentOrder({ order_id: "timeout" }), {
      sagaId: "timeout",
      faults: { create_label: { hang: 99 } },
      wait,
    });
    expect(saga.status).toBe("COMPENSATED");
    expect(saga.failure).toMatchObject({ kind: "TIMEOUT", step: "ship_order" });
    expect(await system.effects("timeout")).toEqual({ reserve: [1, 1], charge: [1, 1], create_label: [1, 1] });
    expect(await undone("timeout")).toEqual(["ship_order", "process_payment", "reserve_inventory"]);
    expect(await onHand("coffee")).toBe(before);
    const labels = await system.read(
      "shipping",
      (sql) => sql.all<{ status: string }>`
      SELECT status FROM labels WHERE order_id = 'timeout'`,
    );
    expect(labels).toEqual([{ status: "VOID" }]);
    const refunds = await system.read(
      "payment",
      (sql) => sql.all<{ amount: number }>`
      SELECT refunds.amount FROM refunds JOIN charges ON charges.id = charge_id WHERE order_id = 'timeout'`,
    );
    expect(refunds).toEqual([{ amount: 3900 }]);
  });

  test("a failing e-mail leaves the order standing, and the failure can be seen", async () => {
    const { saga } = await system.start("order-fulfilment", fulfilmentOrder({ order_id: "no-mail" }), {
      sagaId: "no-mail",
      faults: { send_confirmation: { fail: 99 } },
      wait,
    });
    expect(saga.status).toBe("COMPLETED");
    const { send_confirmation: _, ...others } = allDone;
    expect(await system.effects("no-mail")).toEqual(others);
    expect(saga.steps.find((step) => step.name === "send_confirmation")).toMatchObject({
      status: "FAILED",
      attempt: 3,
      failure: { kind: "TECHNICAL", message: expect.stringContaining("failed by a fault switch") },
    });
    const story = await system.story("no-mail");
    expect(story.filter((event) => event === "stepFailed send_confirmation")).toHaveLength(3);
  });

  test("an orchestrator that dies after the charge resumes, and the card is charged once", async () => {
    await system.start("order-fulfilment", fulfilmentOrder({ order_id: "killed" }), {
      sagaId: "killed",
      faults: { charge: { slow_answer_ms: 500 } },
    });
    await until("the card is charged", async () => "charge" in (await system.effects("killed")));
    await system.killOrchestrator();
    const saga = await system.client.wait("killed", { timeout: wait });
    expect(saga.status).toBe("COMPLETED");
    expect(await system.effects("killed")).toEqual(allDone);
    const charges = await system.read("payment", (sql) => sql.all`SELECT id FROM charges WHERE order_id = 'killed'`);
    expect(charges).toHaveLength(1);
  });

  test("a payment service that dies between commit and answer has charged once", async () => {
    const before = system.shop.services.payment.pid;
    const { saga } = await system.start("order-fulfilment", fulfilmentOrder({ order_id: "died" }), {
      sagaId: "died",
      faults: { charge: { die: 1 } },
      wait,
    });
    expect(system.shop.services.payment.pid).not.toBe(before);
    expect(saga.status).toBe("COMPLETED");
    expect(await system.effects("died")).toEqual(allDone);
  });

  test("a refund that fails three times is tried until it heals, and happens once", async () => {
    const antarctica = { name: "Ada", street: "Pole 1", city: "McMurdo", country: "AQ" };
    const { saga } = await system.start(
      "order-fulfilment",
      fulfilmentOrder({ order_id: "healing", address: antarctica }),
      { sagaId: "healing", faults: { "charge.undo": { fail: 3 } }, wait },
    );
    expect(saga.status).toBe("COMPENSATED");
    expect(saga.failure).toMatchObject({ kind: "REJECTED", code: "NO_SERVICE" });
    expect(await system.effects("healing")).toEqual({ reserve: [1, 1], charge: [1, 1] });
    const story = await system.story("healing");
    expect(story.filter((event) => event === "undoFailed process_payment")).toHaveLength(3);
  });

  test("a call that is carried out twice has one effect", async () => {
    const { saga } = await system.start("order-fulfilment", fulfilmentOrder({ order_id: "twice" }), {
      sagaId: "twice",
      faults: { reserve: { twice: true }, charge: { twice: true } },
      wait,
    });
    expect(saga.status).toBe("COMPLETED");
    expect(await system.effects("twice")).toEqual(allDone);
  });

  test("an item that is out of stock stops the order before anything is applied", async () => {
    const order = fulfilmentOrder({ order_id: "sold-out", items: [{ sku: "teapot", quantity: 4 }] });
    const { saga } = await system.start("order-fulfilment", order, { sagaId: "sold-out", wait });
    expect(saga.status).toBe("COMPENSATED");
    expect(saga.failure).toMatchObject({ code: "OUT_OF_STOCK", details: { sku: "teapot" } });
    expect(await system.effects("sold-out")).toEqual({});
  });
});
