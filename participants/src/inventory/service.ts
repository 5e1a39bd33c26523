import { randomUUID } from "node:crypto";
import { type BarrierHandlers, rejected } from "@backstitch/sdk";
import type { Sql } from "../database/database.ts";
import type { ShopService } from "../service.ts";

interface Item {
  sku: string;
  quantity: number;
}

/** Takes items out of the stock and sets them aside for an order. */
const reserve: BarrierHandlers<Sql> = {
  async do(sql, { order_id, items }: { order_id: string; items: Item[] }) {
    const id = `res_${randomUUID()}`;
    // In one order, so that two reservations never wait for each other's rows.
    for (const { sku, quantity } of [...items].sort((a, b) => (a.sku < b.sku ? -1 : 1))) {
      if (!(Number.isInteger(quantity) && quantity > 0)) throw rejected("BAD_QUANTITY", "a quantity is 1 or more");
      await take(sql, sku, quantity);
      await sql.run`INSERT INTO reservations (id, order_id, sku, quantity, status)
        VALUES (${id}, ${order_id}, ${sku}, ${quantity}, 'HELD')`;
    }
    return { reservation_id: id };
  },
  async undo(sql, _input, { doOutput }) {
    const id = String(doOutput?.reservation_id);
    const held = await sql.all<Item>`SELECT sku, quantity FROM reservations WHERE id = ${id} ORDER BY sku`;
    for (const { sku, quantity } of held) {
      await sql.run`UPDATE stock SET on_hand = on_hand + ${quantity} WHERE sku = ${sku}`;
    }
    await sql.run`UPDATE reservations SET status = 'RELEASED' WHERE id = ${id}`;
  },
};

/** Tells the warehouse what to pick, by way of its list. */
const notifyWarehouse: BarrierHandlers<Sql> = {
  async do(sql, { reservation_id, label_id }: { reservation_id: string; label_id: string }) {
    const id = `pick_${randomUUID()}`;
    await sql.run`INSERT INTO pick_list (id, reservation_id, label_id, status)
      VALUES (${id}, ${reservation_id}, ${label_id}, 'OPEN')`;
    return { pick_id: id };
  },
  async undo(sql, _input, { doOutput }) {
    await sql.run`UPDATE pick_list SET status = 'CALLED_OFF' WHERE id = ${String(doOutput?.pick_id)}`;
  },
};

async function take(sql: Sql, sku: string, quantity: number): Promise<void> {
  const changed = await sql.run`UPDATE stock SET on_hand = on_hand - ${quantity}
    WHERE sku = ${sku} AND on_hand >= ${quantity}`;
  if (changed === 1) return;
  const [stock] = await sql.all<{ on_hand: number }>`SELECT on_hand FROM stock WHERE sku = ${sku}`;
  if (stock === undefined) throw rejected("UNKNOWN_SKU", `the shop does not sell "${sku}"`, { sku });
  throw rejected("OUT_OF_STOCK", `only ${stock.on_hand} of "${sku}" are left`, { sku, on_hand: stock.on_hand });
}

/** The stock and what is set aside. Starts with plenty of coffee and three teapots. */
export const inventoryService: ShopService = {
  name: "inventory",
  schema: `
    CREATE TABLE IF NOT EXISTS stock (sku TEXT PRIMARY KEY, on_hand INTEGER NOT NULL CHECK (on_hand >= 0));
    INSERT INTO stock (sku, on_hand) VALUES ('coffee', 1000000), ('mug', 1000000), ('teapot', 3)
      ON CONFLICT (sku) DO NOTHING;
    CREATE TABLE IF NOT EXISTS reservations (
      id       TEXT NOT NULL,
      order_id TEXT NOT NULL,
      sku      TEXT NOT NULL,
      quantity INTEGER NOT NULL,
      status   TEXT NOT NULL, -- HELD or RELEASED
      PRIMARY KEY (id, sku)
    );
    CREATE TABLE IF NOT EXISTS pick_list (
      id             TEXT PRIMARY KEY,
      reservation_id TEXT NOT NULL,
      label_id       TEXT NOT NULL,
      status         TEXT NOT NULL -- OPEN or CALLED_OFF
    );`,
  actions: { reserve, notify_warehouse: notifyWarehouse },
};
