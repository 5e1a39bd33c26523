import { randomUUID } from "node:crypto";
import { type BarrierHandlers, rejected } from "@backstitch/sdk";
import type { Sql } from "../database/database.ts";
import type { ShopService } from "../service.ts";

interface Charge {
  order_id: string;
  /** In the currency's smallest unit. */
  amount: number;
  currency: string;
  /** "card_declined" is a card that the bank refuses; any other is good for up to `cardLimit`. */
  card_token: string;
}

const cardLimit = 1_000_000;

/** Charges a card; its Undo pays the money back. */
const charge: BarrierHandlers<Sql> = {
  async do(sql, { order_id, amount, currency, card_token }: Charge) {
    if (!(Number.isInteger(amount) && amount > 0)) throw rejected("BAD_AMOUNT", "an amount is 1 or more");
    if (card_token === "card_declined") throw rejected("CARD_DECLINED", "the bank declined the card");
    if (amount > cardLimit) throw rejected("LIMIT_EXCEEDED", "the amount is above the card's limit");
    const id = `ch_${randomUUID()}`;
    await sql.run`INSERT INTO charges (id, order_id, amount, currency) VALUES (${id}, ${order_id}, ${amount}, ${currency})`;
    return { charge_id: id, amount };
  },
  async undo(sql, _input, { doInput, doOutput }) {
    await sql.run`INSERT INTO refunds (id, charge_id, amount)
      VALUES (${`re_${randomUUID()}`}, ${String(doOutput?.charge_id)}, ${Number(doInput.amount)})`;
  },
};

/** Charges and refunds. */
export const paymentService: ShopService = {
  name: "payment",
  schema: `
    CREATE TABLE IF NOT EXISTS charges (
      id       TEXT PRIMARY KEY,
      order_id TEXT NOT NULL,
      amount   INTEGER NOT NULL,
      currency TEXT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS refunds (id TEXT PRIMARY KEY, charge_id TEXT NOT NULL, amount INTEGER NOT NULL);`,
  actions: { charge },
};
