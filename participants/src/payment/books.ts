import { randomUUID } from "node:crypto";
import { rejected } from "@backstitch/sdk";
import type { Sql } from "../database/database.ts";

interface Charge {
  order_id: string;
  amount: number;
  currency: string;
}

/** Gives undefined where there is no such charge. */
export async function findCharge(sql: Sql, id: string): Promise<Charge | undefined> {
  const [charge] = await sql.all<Charge>`SELECT order_id, amount, currency FROM charges WHERE id = ${id}`;
  return charge;
}

/** As findCharge, but refuses where there is none. */
export async function getCharge(sql: Sql, id: string): Promise<Charge> {
  const charge = await findCharge(sql, id);
  if (charge === undefined) throw rejected("UNKNOWN_CHARGE", "there is no such charge");
  return charge;
}

/** What somebody is paid for an order, a ride or a booking. */
export interface Payout {
  payee: string;
  order_id: string;
  amount: number;
  currency: string;
}

/** Notes a payout and gives its id. */
export async function notePayout(sql: Sql, { payee, order_id, amount, currency }: Payout): Promise<string> {
  const id = `po_${randomUUID()}`;
  await sql.run`INSERT INTO payouts (id, payee, order_id, amount, currency, status)
    VALUES (${id}, ${payee}, ${order_id}, ${amount}, ${currency}, 'PAID')`;
  return id;
}
