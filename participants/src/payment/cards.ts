import { randomUUID } from "node:crypto";
import { type BarrierHandlers, rejected } from "@backstitch/sdk";
import type { Sql } from "../database/database.ts";
import { type RefundTerms, refund, refundByTerms } from "./refunds.ts";

/** What is asked of a card. */
interface CardPayment {
  /** What is paid for: an order, a ride, a booking. */
  order_id: string;
  /** In the currency's smallest unit. */
  amount: number;
  currency: string;
  /** "card_declined" is a card that the bank refuses; any other is good for up to `cardLimit`. */
  card_token: string;
}

interface Authorization {
  order_id: string;
  amount: number;
  currency: string;
  status: "HELD" | "CAPTURED" | "RELEASED";
}

const cardLimit = 1_000_000;
const currencies = ["CHF", "EUR", "GBP", "USD"];

/** Looks whether a payment makes sense, before any bank is asked. Only reads. */
export const validate: BarrierHandlers<Sql> = {
  do(_sql, { amount, currency, card_token }: Partial<CardPayment>) {
    assertAmount(amount);
    if (!currencies.includes(currency ?? "")) throw rejected("UNKNOWN_CURRENCY", "this currency is not traded");
    if (!card_token?.startsWith("card_")) throw rejected("BAD_CARD", "this is no card");
    return {};
  },
};

/** Charges a card at once; its Undo pays the money back. */
export const charge: BarrierHandlers<Sql> = {
  async do(sql, payment: CardPayment, { idempotencyKey }) {
    assertCard(payment);
    return takeMoney(sql, { ...payment, authorization_id: null, idempotencyKey });
  },
  async undo(sql, _input, { doInput, doOutput }) {
    await refund(sql, String(doOutput?.charge_id), Number(doInput.amount));
  },
};

/** Sets an amount of a card aside without taking it; its Undo releases it. */
export const authorize: BarrierHandlers<Sql> = {
  async do(sql, payment: CardPayment) {
    assertCard(payment);
    const { order_id, amount, currency } = payment;
    const id = `auth_${randomUUID()}`;
    await sql.run`INSERT INTO authorizations (id, order_id, amount, currency, status)
      VALUES (${id}, ${order_id}, ${amount}, ${currency}, 'HELD')`;
    return { authorization_id: id, amount };
  },
  async undo(sql, _input, { doOutput }) {
    // What was captured is refunded by the capture's own Undo.
    await sql.run`UPDATE authorizations SET status = 'RELEASED'
      WHERE id = ${String(doOutput?.authorization_id)} AND status = 'HELD'`;
  },
};

/** Takes what was authorized, or a part of it if an amount is given; its Undo pays it back, or what its terms leave of it. */
export const capture: BarrierHandlers<Sql> = {
  async do(sql, { authorization_id, amount }: { authorization_id: string; amount?: number }, { idempotencyKey }) {
    const [held] = await sql.all<Authorization>`SELECT order_id, amount, currency, status FROM authorizations
      WHERE id = ${authorization_id}`;
    if (held?.status !== "HELD") throw rejected("NOT_AUTHORIZED", "nothing is held under this authorization");
    const taken = amount ?? held.amount;
    assertAmount(taken);
    if (taken > held.amount) throw rejected("ABOVE_AUTHORIZATION", `only ${held.amount} are held`);
    await sql.run`UPDATE authorizations SET status = 'CAPTURED' WHERE id = ${authorization_id}`;
    return takeMoney(sql, { ...held, amount: taken, authorization_id, idempotencyKey });
  },
  async undo(sql, terms: Partial<RefundTerms>, { doOutput }) {
    await refundByTerms(sql, String(doOutput?.charge_id), terms);
  },
};

interface Taking {
  order_id: string;
  amount: number;
  currency: string;
  authorization_id: string | null;
  /** What a bank would be handed: it never takes money twice under one key. */
  idempotencyKey: string;
}

async function takeMoney(sql: Sql, { order_id, amount, currency, authorization_id, idempotencyKey }: Taking) {
  const id = `ch_${randomUUID()}`;
  await sql.run`INSERT INTO charges (id, order_id, amount, currency, authorization_id, idempotency_key)
    VALUES (${id}, ${order_id}, ${amount}, ${currency}, ${authorization_id}, ${idempotencyKey})`;
  return { charge_id: id, amount };
}

function assertCard({ amount, card_token }: CardPayment): void {
  assertAmount(amount);
  if (card_token === "card_declined") throw rejected("CARD_DECLINED", "the bank declined the card");
  if (amount > cardLimit) throw rejected("LIMIT_EXCEEDED", "the amount is above the card's limit");
}

/** Refuses what is no amount of money. */
function assertAmount(amount: number | undefined): void {
  if (!(Number.isInteger(amount) && Number(amount) > 0)) throw rejected("BAD_AMOUNT", "an amount is 1 or more");
}
