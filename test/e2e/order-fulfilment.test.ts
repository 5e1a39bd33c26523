import { expect, test } from "vitest";
import { fulfilmentOrder } from "../../deploy/local/orders.ts";
import { shipped, workflow } from "../../participants/scenarios/order-fulfilment.ts";
import type { ScenarioKit } from "../../participants/scenarios/scenario.ts";
import { describeWorkflow } from "../support/workflow.ts";

/** What is left of an item. */
async function onHand(kit: ScenarioKit, sku: string): Promise<number | undefined> {
  const rows = await kit.read(
    "inventory",
    (sql) => sql.all<{ on_hand: number }>`SELECT on_hand FROM stock WHERE sku = ${sku}`,
  );
  return rows[0]?.on_hand;
}

describeWorkflow(workflow, (at) => {
  test("each step sees what the steps before it gave", async () => {
    const kit = at.kit("happy");
    const before = (await onHand(kit, "teapot")) ?? 0;
    const order = fulfilmentOrder({ order_id: "happy", items: [{ sku: "teapot", quantity: 1 }] });
    const saga = await kit.until(await kit.start("order-fulfilment", order), "COMPLETED");
    expect(saga.steps.map((step) => step.status)).toEqual(Array(6).fill("DONE"));
    expect(await onHand(kit, "teapot")).toBe(before - 1);
    const shipped = saga.steps.find((step) => step.name === "ship_order")?.output;
    const picks = await kit.read(
      "inventory",
      (sql) =>
        sql.all`SELECT label_id FROM pick_list WHERE label_id = ${String(shipped?.label_id)} AND status = 'OPEN'`,
    );
    expect(picks).toHaveLength(1);
    const mails = await kit.read("order", (sql) => sql.all<{ subject: string }>`SELECT subject FROM outbox`);
    expect(mails.map(({ subject }) => subject)).toContain(
      `Your order happy is on its way: ${String(shipped?.tracking_code)}`,
    );
  });

  test("a declined payment puts the items back on the shelf", async () => {
    const kit = at.kit("no-card");
    const before = await onHand(kit, "coffee");
    const order = fulfilmentOrder({ order_id: "no-card", card_token: "card_declined" });
    const saga = await kit.until(await kit.start("order-fulfilment", order), "COMPENSATED");
    expect(saga.failure).toMatchObject({ kind: "REJECTED", code: "CARD_DECLINED", step: "process_payment" });
    expect(await onHand(kit, "coffee")).toBe(before);
  });

  test("a label whose creation times out is voided, the charge refunded, the inventory released, in this order", async () => {
    const kit = at.kit("timeout");
    const before = await onHand(kit, "coffee");
    const order = fulfilmentOrder({ order_id: "timeout" });
    const faults = { create_label: { hang: 99 } };
    const saga = await kit.until(await kit.start("order-fulfilment", order, { faults }), "COMPENSATED");
    expect(saga.failure).toMatchObject({ kind: "TIMEOUT", step: "ship_order" });
    expect(await kit.stepsThat(kit.id, "stepUndone")).toEqual(["ship_order", "process_payment", "reserve_inventory"]);
    expect(await onHand(kit, "coffee")).toBe(before);
    const labels = await kit.read("shipping", (sql) => sql.all`SELECT status FROM labels WHERE order_id = 'timeout'`);
    expect(labels).toEqual([{ status: "VOID" }]);
    const refunds = await kit.read(
      "payment",
      (sql) => sql.all`SELECT refunds.amount FROM refunds JOIN charges ON charges.id = charge_id
        WHERE order_id = 'timeout'`,
    );
    expect(refunds).toEqual([{ amount: 3900 }]);
  });

  test("of an e-mail that fails, every attempt and its reason can be seen", async () => {
    const kit = at.kit("no-mail");
    const faults = { send_confirmation: { fail: 99 } };
    const sagaId = await kit.start("order-fulfilment", fulfilmentOrder({ order_id: "no-mail" }), { faults });
    const saga = await kit.until(sagaId, "COMPLETED");
    expect(saga.steps.find((step) => step.name === "send_confirmation")).toMatchObject({
      status: "FAILED",
      attempt: 3,
      failure: { kind: "TECHNICAL", message: expect.stringContaining("failed by a fault switch") },
    });
    expect(await kit.stepsThat(kit.id, "stepFailed")).toEqual(Array(3).fill("send_confirmation"));
  });

  test("a payment service that dies between commit and answer has charged once", async () => {
    const kit = at.kit("died");
    const before = at.stage.shop.services.payment?.pid;
    const faults = { charge: { die: 1 } };
    const sagaId = await kit.start("order-fulfilment", fulfilmentOrder({ order_id: "died" }), { faults });
    await kit.until(sagaId, "COMPLETED");
    expect(at.stage.shop.services.payment?.pid).not.toBe(before);
    expect(await kit.effects(sagaId)).toEqual(shipped);
  });

  test("a refund that fails three times is tried until it heals, and happens once", async () => {
    const kit = at.kit("healing");
    const address = { name: "Ada", street: "Pole 1", city: "McMurdo", country: "AQ" };
    const faults = { "charge.undo": { fail: 3 } };
    const sagaId = await kit.start("order-fulfilment", fulfilmentOrder({ order_id: "healing", address }), { faults });
    const saga = await kit.until(sagaId, "COMPENSATED");
    expect(saga.failure).toMatchObject({ kind: "REJECTED", code: "NO_SERVICE" });
    expect(await kit.effects(sagaId)).toEqual({ "inventory.reserve": [1, 1], "payment.charge": [1, 1] });
    expect(await kit.stepsThat(kit.id, "undoFailed")).toEqual(Array(3).fill("process_payment"));
  });

  test("a call that is carried out twice has one effect", async () => {
    const kit = at.kit("twice");
    const faults = { reserve: { twice: true }, charge: { twice: true } };
    const sagaId = await kit.start("order-fulfilment", fulfilmentOrder({ order_id: "twice" }), { faults });
    await kit.until(sagaId, "COMPLETED");
    expect(await kit.effects(sagaId)).toEqual(shipped);
  });

  test("an item that is out of stock stops the order before anything is applied", async () => {
    const kit = at.kit("sold-out");
    const order = fulfilmentOrder({ order_id: "sold-out", items: [{ sku: "teapot", quantity: 4 }] });
    const saga = await kit.until(await kit.start("order-fulfilment", order), "COMPENSATED");
    expect(saga.failure).toMatchObject({ code: "OUT_OF_STOCK", details: { sku: "teapot" } });
    expect(await kit.effects("sold-out")).toEqual({});
  });
});
