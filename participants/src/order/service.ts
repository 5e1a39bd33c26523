import { randomUUID } from "node:crypto";
import { type BarrierHandlers, rejected } from "@backstitch/sdk";
import type { Sql } from "../database/database.ts";
import type { ShopService } from "../service.ts";

interface FoodOrder {
  customer: { id: string; email: string };
  restaurant: string;
  items: { name: string; quantity: number; price: number }[];
  /** All amounts are in the currency's smallest unit. */
  total: number;
  currency: string;
  delivery: { address: string; latitude: number; longitude: number };
}

/** Writes an order that waits for its payment. */
const create: BarrierHandlers<Sql> = {
  async do(sql, order: FoodOrder) {
    assertOrder(order);
    const { customer, restaurant, items, total, currency, delivery } = order;
    const id = `ord_${randomUUID()}`;
    await sql.run`INSERT INTO orders
      (id, customer_id, customer_email, restaurant, items, total, currency, address, latitude, longitude, status)
      VALUES (${id}, ${customer.id}, ${customer.email}, ${restaurant}, ${JSON.stringify(items)}, ${total}, ${currency},
        ${delivery.address}, ${delivery.latitude}, ${delivery.longitude}, 'PENDING_PAYMENT')`;
    return { order_id: id, status: "PENDING_PAYMENT" };
  },
  async undo(sql, _input, { doOutput }) {
    await sql.run`UPDATE orders SET status = 'CANCELLED' WHERE id = ${String(doOutput?.order_id)}`;
  },
};

/** Confirms an order that is paid. */
const confirm: BarrierHandlers<Sql> = {
  async do(sql, { order_id, charge_id }: { order_id: string; charge_id: string }) {
    const changed = await sql.run`UPDATE orders SET status = 'CONFIRMED', charge_id = ${charge_id}
      WHERE id = ${order_id} AND status = 'PENDING_PAYMENT'`;
    if (changed !== 1) throw rejected("NOT_PENDING", "only an order that waits for its payment can be confirmed");
    return { order_id, status: "CONFIRMED" };
  },
  async undo(sql, _input, { doInput }) {
    await sql.run`UPDATE orders SET status = 'PENDING_PAYMENT', charge_id = NULL
      WHERE id = ${String(doInput.order_id)}`;
  },
};

/** Puts an e-mail into the outbox. What was said cannot be unsaid: its Undo is a second e-mail. */
const sendConfirmation: BarrierHandlers<Sql> = {
  async do(sql, { order_id, email, tracking_code }: { order_id: string; email: string; tracking_code: string }) {
    if (!email.includes("@")) throw rejected("BAD_ADDRESS", "this is no e-mail address");
    await sendEmail(sql, email, `Your order ${order_id} is on its way: ${tracking_code}`);
    return {};
  },
  async undo(sql, _input, { doInput }) {
    await sendEmail(sql, String(doInput.email), `Your order ${doInput.order_id} was cancelled`);
  },
};

/** Counts an order into the day's figures. */
const updateAnalytics: BarrierHandlers<Sql> = {
  async do(sql, { total }: { total: number }) {
    await addToFigures(sql, 1, total);
    return {};
  },
  async undo(sql, _input, { doInput }) {
    await addToFigures(sql, -1, -Number(doInput.total));
  },
};

async function sendEmail(sql: Sql, recipient: string, subject: string): Promise<void> {
  await sql.run`INSERT INTO outbox (id, recipient, subject) VALUES (${`mail_${randomUUID()}`}, ${recipient}, ${subject})`;
}

async function addToFigures(sql: Sql, orders: number, revenue: number): Promise<void> {
  await sql.run`UPDATE figures SET orders = orders + ${orders}, revenue = revenue + ${revenue}`;
}

function assertOrder({ items, total, delivery }: FoodOrder): void {
  if (items.length === 0) throw rejected("EMPTY_ORDER", "an order has at least one item");
  const sum = items.reduce((amount, { quantity, price }) => amount + quantity * price, 0);
  if (sum !== total) throw rejected("TOTAL_MISMATCH", `the items cost ${sum}, not ${total}`, { sum });
  const { latitude, longitude } = delivery;
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) throw rejected("BAD_COORDINATES", "no such place on Earth");
}

/** Orders, and what customers and management are told of them. */
export const orderService: ShopService = {
  name: "order",
  schema: `
    CREATE TABLE IF NOT EXISTS orders (
      id             TEXT PRIMARY KEY,
      customer_id    TEXT NOT NULL,
      customer_email TEXT NOT NULL,
      restaurant     TEXT NOT NULL,
      items          TEXT NOT NULL, -- JSON
      total          INTEGER NOT NULL,
      currency       TEXT NOT NULL,
      address        TEXT NOT NULL,
      latitude       DOUBLE PRECISION NOT NULL,
      longitude      DOUBLE PRECISION NOT NULL,
      status         TEXT NOT NULL, -- PENDING_PAYMENT, CONFIRMED or CANCELLED
      charge_id      TEXT
    );
    CREATE TABLE IF NOT EXISTS outbox (id TEXT PRIMARY KEY, recipient TEXT NOT NULL, subject TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS figures (id INTEGER PRIMARY KEY, orders INTEGER NOT NULL, revenue BIGINT NOT NULL);
    INSERT INTO figures (id, orders, revenue) VALUES (1, 0, 0) ON CONFLICT (id) DO NOTHING;`,
  actions: { create, confirm, send_confirmation: sendConfirmation, update_analytics: updateAnalytics },
};
