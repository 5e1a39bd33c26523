import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Database, openDatabase, type Sql } from "../../../participants/src/database/database.ts";
import { ledgerSchema, withLedger } from "../../../participants/src/ledger.ts";
import { paymentService } from "../../../participants/src/payment/service.ts";
import type { Action, DoContext, UndoContext } from "../../../sdk/typescript/src/index.ts";

let database: Database;
beforeEach(async () => {
  database = await openDatabase("sqlite::memory:");
  await database.migrate(`${ledgerSchema}${paymentService.schema}`);
});
afterEach(() => database.close());

let effects = 0;

/** An effect of an action: the same in all its calls. */
function effect(name: string, input: object) {
  const action: Action = database.action(withLedger(paymentService.actions[name]!));
  const effectId = `saga/${name}#${effects++}`;
  const context = { effectId, idempotencyKey: `${effectId}/do`, sagaId: "saga", action: name, attempt: 1 };
  return {
    async do(): Promise<Record<string, unknown>> {
      const answer = await action.do(input, context as unknown as DoContext);
      if (answer instanceof Error) throw answer;
      return answer as Record<string, unknown>;
    },
    undo: () => action.undo!({}, { ...context, doInput: input, doOutput: undefined } as unknown as UndoContext),
  };
}

async function read<Row>(query: (sql: Sql) => Promise<Row[]>): Promise<Row[]> {
  let rows: Row[] = [];
  const reader = database.action({
    async do(sql) {
      rows = await query(sql);
    },
  });
  await reader.do({}, { effectId: `read/${effects++}`, sagaId: "read" } as unknown as DoContext);
  return rows.map((row) => ({ ...row }));
}

const order = { order_id: "ord_1", amount: 1000, currency: "EUR", card_token: "card_visa" };

async function authorized(): Promise<string> {
  return String((await effect("authorize", order).do()).authorization_id);
}

async function charged(): Promise<string> {
  return String((await effect("charge", order).do()).charge_id);
}

describe("the payment service", () => {
  test("an authorization that is undone is released and can no longer be captured", async () => {
    const authorize = effect("authorize", order);
    const { authorization_id } = await authorize.do();
    await authorize.undo();
    expect(await read((sql) => sql.all`SELECT status FROM authorizations`)).toEqual([{ status: "RELEASED" }]);
    await expect(effect("capture", { authorization_id }).do()).rejects.toMatchObject({ code: "NOT_AUTHORIZED" });
  });

  test("a capture that comes twice takes the money once and answers the same", async () => {
    const capture = effect("capture", { authorization_id: await authorized(), amount: 1000 });
    const first = await capture.do();
    expect(await capture.do()).toEqual(first);
    expect(await read((sql) => sql.all`SELECT amount FROM charges`)).toEqual([{ amount: 1000 }]);
  });

  test("another capture of the same authorization is refused", async () => {
    const authorization_id = await authorized();
    await effect("capture", { authorization_id }).do();
    await expect(effect("capture", { authorization_id }).do()).rejects.toMatchObject({ code: "NOT_AUTHORIZED" });
  });

  test("no more is captured than is held", async () => {
    const capture = effect("capture", { authorization_id: await authorized(), amount: 1001 });
    await expect(capture.do()).rejects.toMatchObject({ code: "ABOVE_AUTHORIZATION" });
  });

  test("a capture that is undone is refunded once, and the authorization's Undo releases nothing more", async () => {
    const authorize = effect("authorize", order);
    const { authorization_id } = await authorize.do();
    const capture = effect("capture", { authorization_id, amount: 600 });
    await capture.do();
    await capture.undo();
    await capture.undo();
    await authorize.undo();
    expect(await read((sql) => sql.all`SELECT amount, status FROM refunds`)).toEqual([{ amount: 600, status: "PAID" }]);
    expect(await read((sql) => sql.all`SELECT status FROM authorizations`)).toEqual([{ status: "CAPTURED" }]);
  });

  test("partial refunds never exceed the charge, and one that is undone leaves room again", async () => {
    const charge_id = await charged();
    const first = effect("refund_part", { charge_id, amount: 700 });
    await first.do();
    await expect(effect("refund_part", { charge_id, amount: 301 }).do()).rejects.toMatchObject({
      code: "ABOVE_CHARGE",
    });
    await first.undo();
    expect(await effect("refund_part", { charge_id, amount: 1000 }).do()).toMatchObject({ amount: 1000 });
  });

  test("what is settled is the charge less the fee, and reconciling finds it complete", async () => {
    const charge_id = await charged();
    expect(await effect("settle", { charge_id }).do()).toMatchObject({ amount: 980, fee: 20 });
    expect(await effect("reconcile", { charge_id }).do()).toEqual({ charged: 1000, settled: 1000 });
  });

  test("a settlement that is reversed no longer reconciles", async () => {
    const charge_id = await charged();
    const settle = effect("settle", { charge_id });
    await settle.do();
    await settle.undo();
    await expect(effect("reconcile", { charge_id }).do()).rejects.toMatchObject({ code: "MISMATCH" });
  });

  test("a payout that is undone is clawed back", async () => {
    const payOut = effect("pay_out", { payee: "driver_1", order_id: "ord_1", amount: 800, currency: "EUR" });
    await payOut.do();
    await payOut.do();
    await payOut.undo();
    expect(await read((sql) => sql.all`SELECT amount, status FROM payouts`)).toEqual([
      { amount: 800, status: "CLAWED_BACK" },
    ]);
  });

  test("a payment without an amount, in no currency or of no card is refused", async () => {
    const refused = {
      BAD_AMOUNT: { amount: 0.5 },
      UNKNOWN_CURRENCY: { currency: "XAU" },
      BAD_CARD: { card_token: "1" },
    };
    for (const [code, change] of Object.entries(refused)) {
      await expect(effect("validate", { ...order, ...change }).do()).rejects.toMatchObject({ code });
    }
  });
});
