import { type BarrierHandlers, rejected } from "@backstitch/sdk";
import type { Sql } from "../database/database.ts";
import { messagesSchema, send } from "../messages.ts";
import type { ShopService } from "../service.ts";

interface MerchantOrder {
  order_id: string;
  merchant: { id: string; email: string };
  customer: { id: string; email: string };
  items: { sku: string; quantity: number }[];
  total: number;
}

/** Writes a customer's order with a merchant. */
const createOrder: BarrierHandlers<Sql> = {
  async do(sql, { order_id, merchant, customer, items, total }: MerchantOrder) {
    if (items.length === 0) throw rejected("EMPTY_ORDER", "an order has at least one item");
    await sql.run`INSERT INTO orders (id, merchant_id, customer_id, items, total, status)
      VALUES (${order_id}, ${merchant.id}, ${customer.id}, ${JSON.stringify(items)}, ${total}, 'OPEN')`;
    return { order_id };
  },
  async undo(sql, _input, { doInput }) {
    await sql.run`UPDATE orders SET status = 'CANCELLED' WHERE id = ${String(doInput.order_id)}`;
  },
};

/** Asks a merchant to pack an order; its Undo calls that off. */
const notifyMerchant: BarrierHandlers<Sql> = {
  async do(sql, { order_id, email }: { order_id: string; email: string }) {
    await send(sql, email, `please pack order ${order_id}`);
    return {};
  },
  async undo(sql, _input, { doInput }) {
    await send(sql, String(doInput.email), `order ${doInput.order_id} is called off`);
  },
};

/** Notes that a parcel was handed over; its Undo has it come back. */
const closeShipment: BarrierHandlers<Sql> = {
  async do(sql, { order_id, tracking_code }: { order_id: string; tracking_code: string }) {
    await sql.run`INSERT INTO shipments (tracking_code, order_id, status) VALUES (${tracking_code}, ${order_id}, 'DELIVERED')`;
    return {};
  },
  async undo(sql, _input, { doInput }) {
    await sql.run`UPDATE shipments SET status = 'TO_BE_RETURNED' WHERE tracking_code = ${String(doInput.tracking_code)}`;
  },
};

/** A market place: orders with merchants, what merchants are told, parcels that arrived. */
export const merchantsService: ShopService = {
  name: "merchants",
  schema: `
    CREATE TABLE IF NOT EXISTS orders (
      id          TEXT PRIMARY KEY,
      merchant_id TEXT NOT NULL,
      customer_id TEXT NOT NULL,
      items       TEXT NOT NULL, -- JSON
      total       INTEGER NOT NULL,
      status      TEXT NOT NULL -- OPEN or CANCELLED
    );${messagesSchema}
    CREATE TABLE IF NOT EXISTS shipments (
      tracking_code TEXT PRIMARY KEY,
      order_id      TEXT NOT NULL,
      status        TEXT NOT NULL -- DELIVERED or TO_BE_RETURNED
    );`,
  actions: { create_order: createOrder, notify_merchant: notifyMerchant, close_shipment: closeShipment },
};
