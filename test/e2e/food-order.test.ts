import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { foodOrder } from "../../deploy/local/orders.ts";
import { type ShopSystem, startShopSystem } from "../support/shop.ts";
import { until } from "../support/until.ts";

let system: ShopSystem;
beforeAll(async () => {
  system = await startShopSystem();
});
afterAll(() => system?.end());

const wait = 20_000;

async function orderStatus(orderId: unknown): Promise<string | undefined> {
  const rows = await system.read(
    "order",
    (sql) => sql.all<{ status: string }>`
    SELECT status FROM orders WHERE id = ${String(orderId)}`,
  );
  return rows[0]?.status;
}

async function stepsOf(sagaId: string): Promise<Record<string, string>> {
  const saga = await system.client.get(sagaId);
  return Object.fromEntries(saga.steps.map(({ name, status }) => [name, status]));
}

describe("food-order", () => {
  test("an order is created, paid under its own id, and confirmed", async () => {
    const { saga, started } = await system.start("food-order", foodOrder(), { sagaId: "pizza", wait });
    expect({ started, status: saga.status }).toEqual({ started: true, status: "COMPLETED" });
    expect(await system.effects("pizza")).toEqual({ create: [1, 0], charge: [1, 0], confirm: [1, 0] });
    const orderId = saga.steps[0]?.output?.order_id;
    expect(await orderStatus(orderId)).toBe("CONFIRMED");
    const charges = await system.read(
      "payment",
      (sql) => sql.all<{ amount: number }>`
      SELECT amount FROM charges WHERE order_id = ${String(orderId)}`,
    );
    expect(charges).toEqual([{ amount: 2500 }]);
  });

  test("the start answers at once with the saga's id", async () => {
    const { saga, started } = await system.start("food-order", foodOrder());
    expect(started).toBe(true);
    expect(saga.sagaId).not.toBe("");
    expect((await system.client.wait(saga.sagaId, { timeout: wait })).status).toBe("COMPLETED");
  });

  test("the same start again gives the saga that exists, and nothing happens twice", async () => {
    await system.start("food-order", foodOrder(), { sagaId: "again", wait });
    const { saga, started } = await system.start("food-order", foodOrder(), { sagaId: "again", wait });
    expect({ started, status: saga.status }).toEqual({ started: false, status: "COMPLETED" });
    expect(await system.effects("again")).toEqual({ create: [1, 0], charge: [1, 0], confirm: [1, 0] });
    const other = system.start("food-order", foodOrder({ restaurant: "Elsewhere" }), { sagaId: "again" });
    await expect(other).rejects.toMatchObject({ status: "ALREADY_EXISTS", code: "SAGA_ID_IN_USE" });
  });

  test("a start of an unknown definition is an error, and nothing is written", async () => {
    const start = system.start("food-odor", foodOrder(), { sagaId: "unknown" });
    await expect(start).rejects.toMatchObject({ status: "NOT_FOUND", code: "DEFINITION_NOT_FOUND" });
    await expect(system.client.get("unknown")).rejects.toMatchObject({ code: "SAGA_NOT_FOUND" });
  });

  test("a declined card cancels the order, and the error says why", async () => {
    const order = foodOrder({ card_token: "card_declined" });
    const { saga } = await system.start("food-order", order, { sagaId: "declined", wait });
    expect(saga.status).toBe("COMPENSATED");
    expect(saga.failure).toMatchObject({ kind: "REJECTED", code: "CARD_DECLINED", step: "process_payment" });
    expect(await system.effects("declined")).toEqual({ create: [1, 1] });
    expect(await orderStatus(saga.steps[0]?.output?.order_id)).toBe("CANCELLED");
  });

  test("an order whose total is wrong is refused with the sum, and nothing is applied", async () => {
    const { saga } = await system.start("food-order", foodOrder({ total: 1 }), { sagaId: "wrong", wait });
    expect(saga.status).toBe("COMPENSATED");
    expect(saga.failure).toMatchObject({ code: "TOTAL_MISMATCH", details: { sum: 2500 } });
    expect(await system.effects("wrong")).toEqual({});
  });

  test("an order that cannot be confirmed is refunded and cancelled", async () => {
    const faults = { confirm: { reject: "RESTAURANT_CLOSED" } };
    const { saga } = await system.start("food-order", foodOrder(), { sagaId: "closed", faults, wait });
    expect(saga.status).toBe("COMPENSATED");
    expect(await system.effects("closed")).toEqual({ create: [1, 1], charge: [1, 1] });
    expect(await orderStatus(saga.steps[0]?.output?.order_id)).toBe("CANCELLED");
  });

  test("the status shows the current step, and a running saga can be compensated by hand", async () => {
    const faults = { charge: { slow_answer_ms: 1_000 } };
    await system.start("food-order", foodOrder(), { sagaId: "by-hand", faults });
    await until("the card is charged", async () => "charge" in (await system.effects("by-hand")));
    expect(await stepsOf("by-hand")).toEqual({
      create_order: "DONE",
      process_payment: "RUNNING",
      confirm_order: "PENDING",
    });
    const saga = await system.client.cancel("by-hand", { reason: "changed my mind", identity: "ada", wait });
    expect(saga.status).toBe("COMPENSATED");
    expect(saga.failure).toMatchObject({ kind: "CANCELLED" });
    expect(await system.effects("by-hand")).toEqual({ create: [1, 1], charge: [1, 1] });
    expect(await orderStatus(saga.steps[0]?.output?.order_id)).toBe("CANCELLED");
    const history = await Array.fromAsync(system.client.history("by-hand"));
    expect(history.find((event) => event.kind === "operatorActed")).toMatchObject({
      verb: "CancelSaga",
      identity: "ada",
      reason: "changed my mind",
    });
  });

  test("the health check says that the orchestrator is up and ready", async () => {
    for (const path of ["healthz", "readyz"]) {
      const answer = await fetch(`http://127.0.0.1:${system.orchestrator.opsPort}/${path}`);
      expect(answer.status).toBe(200);
      await answer.body?.cancel();
    }
  });
});
