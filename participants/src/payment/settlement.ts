import { randomUUID } from "node:crypto";
import { type BarrierHandlers, rejected } from "@backstitch/sdk";
import type { Sql } from "../database/database.ts";
import { findCharge, getCharge, notePayout, type Payout } from "./books.ts";

/** What the acquirer keeps of a charge. */
const feePercent = 2;

/** Has the acquirer transfer a charge, less its fee; the Undo reverses the transfer. */
export const settle: BarrierHandlers<Sql> = {
  async do(sql, { charge_id }: { charge_id: string }) {
    const charge = await getCharge(sql, charge_id);
    const id = `set_${randomUUID()}`;
    const fee = Math.round((charge.amount * feePercent) / 100);
    await sql.run`INSERT INTO settlements (id, charge_id, amount, fee, status)
      VALUES (${id}, ${charge_id}, ${charge.amount - fee}, ${fee}, 'PAID')`;
    return { settlement_id: id, amount: charge.amount - fee, fee };
  },
  async undo(sql, _input, { doOutput }) {
    await sql.run`UPDATE settlements SET status = 'REVERSED' WHERE id = ${String(doOutput?.settlement_id)}`;
  },
};

/** Compares what was charged with what was settled. Only reads. */
export const reconcile: BarrierHandlers<Sql> = {
  async do(sql, { charge_id }: { charge_id: string }) {
    const charge = await findCharge(sql, charge_id);
    const settlements = await sql.all<{ amount: number; fee: number }>`SELECT amount, fee FROM settlements
      WHERE charge_id = ${charge_id} AND status = 'PAID'`;
    const settled = settlements.reduce((sum, { amount, fee }) => sum + amount + fee, 0);
    if (settled !== charge?.amount) throw rejected("MISMATCH", "settled is not what was charged", { settled });
    return { charged: charge.amount, settled };
  },
};

/** Pays a driver, a host or a merchant; its Undo claws the money back. */
export const payOut: BarrierHandlers<Sql> = {
  async do(sql, payout: Payout) {
    const { amount } = payout;
    if (!(Number.isInteger(amount) && amount >= 0)) throw rejected("BAD_AMOUNT", "a payout is 0 or more");
    return { payout_id: await notePayout(sql, payout), amount };
  },
  async undo(sql, _input, { doOutput }) {
    await sql.run`UPDATE payouts SET status = 'CLAWED_BACK' WHERE id = ${String(doOutput?.payout_id)}`;
  },
};
