import { randomUUID } from "node:crypto";
import { type BarrierHandlers, rejected } from "@backstitch/sdk";
import type { Sql } from "../database/database.ts";

interface MealOrder {
  order_id: string;
  customer: string;
  restaurant: string;
  items: { name: string; quantity: number }[];
}

/** Takes an order; its Undo cancels it and tells the customer. */
export const placeOrder: BarrierHandlers<Sql> = {
  async do(sql, { order_id, customer, restaurant, items }: MealOrder) {
    if (items.length === 0) throw rejected("EMPTY_ORDER", "an order has at least one item");
    await sql.run`INSERT INTO orders (id, customer, restaurant, items, status)
      VALUES (${order_id}, ${customer}, ${restaurant}, ${JSON.stringify(items)}, 'PLACED')`;
    return { order_id };
  },
  async undo(sql, _input, { doInput }) {
    const { order_id, customer } = doInput as unknown as MealOrder;
    await sql.run`UPDATE orders SET status = 'CANCELLED' WHERE id = ${order_id}`;
    await notify(sql, customer, `Your order ${order_id} was cancelled; you pay nothing`);
  },
};

/** Tells a customer who does not open that the food is there. What was said cannot be unsaid: its Undo says sorry. */
export const contactCustomer: BarrierHandlers<Sql> = {
  async do(sql, { order_id, customer }: { order_id: string; customer: string }) {
    await notify(sql, customer, `Your order ${order_id} is at your door: leave it there, or cancel it?`);
    return {};
  },
  async undo(sql, _input, { doInput }) {
    await notify(sql, String(doInput.customer), "We are sorry to have disturbed you");
  },
};

/** What the customer answered; null: nothing. */
type Answer = "coming" | "leave" | "cancel" | null;

/**
 * Closes an order that came to the customer's door: handed over, left there, or taken away again. Its Undo opens it.
 */
export const closeOrder: BarrierHandlers<Sql> = {
  async do(sql, { order_id, absent, answer }: { order_id: string; absent: boolean; answer: Answer }) {
    const status = !absent || answer === "coming" ? "DELIVERED" : answer === "cancel" ? "DISCARDED" : "LEFT_AT_DOOR";
    const changed = await sql.run`UPDATE orders SET status = ${status} WHERE id = ${order_id} AND status = 'PLACED'`;
    if (changed !== 1) throw rejected("NOT_PLACED", "only an order that is on its way can be closed");
    return { status };
  },
  async undo(sql, _input, { doInput }) {
    await sql.run`UPDATE orders SET status = 'PLACED' WHERE id = ${String(doInput.order_id)}`;
  },
};

/** Keeps the customer's rating; its Undo forgets it. */
export const saveRating: BarrierHandlers<Sql> = {
  async do(sql, { order_id, stars }: { order_id: string; stars: number }) {
    if (!(stars >= 1 && stars <= 5)) throw rejected("BAD_RATING", "a rating is 1 to 5 stars");
    await sql.run`INSERT INTO ratings (order_id, stars) VALUES (${order_id}, ${stars})`;
    return {};
  },
  async undo(sql, _input, { doInput }) {
    await sql.run`DELETE FROM ratings WHERE order_id = ${String(doInput.order_id)}`;
  },
};

async function notify(sql: Sql, customer: string, message: string): Promise<void> {
  await sql.run`INSERT INTO notifications (id, customer, message) VALUES (${randomUUID()}, ${customer}, ${message})`;
}
