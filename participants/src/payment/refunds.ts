import { randomUUID } from "node:crypto";
import { type BarrierHandlers, rejected } from "@backstitch/sdk";
import { now } from "../clock.ts";
import type { Sql } from "../database/database.ts";
import { findCharge, getCharge, notePayout } from "./books.ts";

/** Pays back a part of a charge; its Undo calls the refund off. */
export const refundPart: BarrierHandlers<Sql> = {
  async do(sql, { charge_id, amount }: { charge_id: string; amount: number }) {
    if (!(Number.isInteger(amount) && amount >= 0)) throw rejected("BAD_AMOUNT", "a refund is 0 or more");
    const left = await refundable(sql, charge_id);
    if (amount > left) throw rejected("ABOVE_CHARGE", `only ${left} of the charge are left`, { left });
    return { refund_id: await refund(sql, charge_id, amount), amount };
  },
  async undo(sql, _input, { doOutput }) {
    await sql.run`UPDATE refunds SET status = 'CALLED_OFF' WHERE id = ${String(doOutput?.refund_id)}`;
  },
};

/** What is paid back of a charge, depending on when that is. */
export interface RefundTerms {
  /** `percent` until `until`, an RFC 3339 time; in order. After the last, nothing. */
  refunds: { until: string; percent: number }[];
  /** Who gets what is not paid back. */
  rest_to: string;
}

/** Pays back what the terms say at this time, without terms all of it; the rest goes to whom they name. */
export async function refundByTerms(sql: Sql, chargeId: string, { refunds, rest_to }: Partial<RefundTerms>) {
  const charge = await findCharge(sql, chargeId);
  if (charge === undefined) return;
  const { amount } = charge;
  const term = refunds?.find(({ until }) => now() < new Date(until));
  const back = refunds === undefined ? amount : Math.round((amount * (term?.percent ?? 0)) / 100);
  if (back > 0) await refund(sql, chargeId, back);
  if (back === amount || rest_to === undefined) return;
  await notePayout(sql, { ...charge, payee: rest_to, amount: amount - back });
}

/** Notes a refund and gives its id. */
export async function refund(sql: Sql, chargeId: string, amount: number): Promise<string> {
  const id = `re_${randomUUID()}`;
  await sql.run`INSERT INTO refunds (id, charge_id, amount, status) VALUES (${id}, ${chargeId}, ${amount}, 'PAID')`;
  return id;
}

async function refundable(sql: Sql, chargeId: string): Promise<number> {
  const charge = await getCharge(sql, chargeId);
  const refunds = await sql.all<{ amount: number }>`SELECT amount FROM refunds
    WHERE charge_id = ${chargeId} AND status = 'PAID'`;
  return refunds.reduce((left, { amount }) => left - amount, charge.amount);
}
