import { expect, test } from "vitest";
import { foodOrder } from "../../deploy/local/orders.ts";
import { workflow } from "../../participants/scenarios/food-order.ts";
import type { ScenarioKit } from "../../participants/scenarios/scenario.ts";
import { describeWorkflow } from "../support/workflow.ts";

async function orderStatus(kit: ScenarioKit, orderId: unknown): Promise<string | undefined> {
  const rows = await kit.read(
    "order",
    (sql) => sql.all<{ status: string }>`SELECT status FROM orders WHERE id = ${String(orderId)}`,
  );
  return rows[0]?.status;
}

describeWorkflow(workflow, (at) => {
  test("an order is created, paid under its own id, and confirmed", async () => {
    const kit = at.kit("pizza");
    const { steps } = await kit.until(await kit.start("food-order", foodOrder()), "COMPLETED");
    const orderId = steps[0]?.output?.order_id;
    expect(await orderStatus(kit, orderId)).toBe("CONFIRMED");
    const charges = await kit.read(
      "payment",
      (sql) => sql.all<{ amount: number }>`SELECT amount FROM charges WHERE order_id = ${String(orderId)}`,
    );
    expect(charges).toEqual([{ amount: 2500 }]);
  });

  test("the start answers at once with the saga's id", async () => {
    const { saga, started } = await at.stage.client.start("food-order", foodOrder());
    expect(started).toBe(true);
    expect(saga.sagaId).not.toBe("");
    expect((await at.stage.client.wait(saga.sagaId, { timeout: "20s" })).status).toBe("COMPLETED");
  });

  test("other content under an id that is in use is an error", async () => {
    const kit = at.kit("in-use");
    await kit.start("food-order", foodOrder());
    const other = kit.start("food-order", foodOrder({ restaurant: "Elsewhere" }), { sagaId: "in-use" });
    await expect(other).rejects.toMatchObject({ status: "ALREADY_EXISTS", code: "SAGA_ID_IN_USE" });
  });

  test("a start of an unknown definition is an error, and nothing is written", async () => {
    const { client } = at.stage;
    const start = client.start("food-odor", foodOrder(), { sagaId: "unknown" });
    await expect(start).rejects.toMatchObject({ status: "NOT_FOUND", code: "DEFINITION_NOT_FOUND" });
    await expect(client.get("unknown")).rejects.toMatchObject({ code: "SAGA_NOT_FOUND" });
  });

  test("a declined card cancels the order, and the error says why", async () => {
    const kit = at.kit("no-card");
    const sagaId = await kit.start("food-order", foodOrder({ card_token: "card_declined" }));
    const saga = await kit.until(sagaId, "COMPENSATED");
    expect(saga.failure).toMatchObject({ kind: "REJECTED", code: "CARD_DECLINED", step: "process_payment" });
    expect(await orderStatus(kit, saga.steps[0]?.output?.order_id)).toBe("CANCELLED");
  });

  test("an order whose total is wrong is refused with the sum, and nothing is applied", async () => {
    const kit = at.kit("wrong");
    const saga = await kit.until(await kit.start("food-order", foodOrder({ total: 1 })), "COMPENSATED");
    expect(saga.failure).toMatchObject({ code: "TOTAL_MISMATCH", details: { sum: 2500 } });
    expect(await kit.effects("wrong")).toEqual({});
  });

  test("who had a running saga compensated, and why, stands in its history", async () => {
    const kit = at.kit("by-hand");
    const sagaId = await kit.start("food-order", foodOrder(), { faults: { charge: { slow_answer_ms: 500 } } });
    await kit.until(sagaId, { process_payment: "RUNNING" });
    await kit.client.cancel(sagaId, { reason: "changed my mind", identity: "ada" });
    const saga = await kit.until(sagaId, "COMPENSATED");
    expect(saga.failure).toMatchObject({ kind: "CANCELLED" });
    expect(await orderStatus(kit, saga.steps[0]?.output?.order_id)).toBe("CANCELLED");
    expect((await kit.history(sagaId)).find((event) => event.kind === "operatorActed")).toMatchObject({
      verb: "CancelSaga",
      identity: "ada",
      reason: "changed my mind",
    });
  });

  test("the health check says that the orchestrator is up and ready", async () => {
    for (const path of ["healthz", "readyz"]) {
      const answer = await fetch(`http://127.0.0.1:${at.stage.orchestrator.opsPort}/${path}`);
      expect(answer.status).toBe(200);
      await answer.body?.cancel();
    }
  });
});
