import { randomUUID } from "node:crypto";
import { type BarrierHandlers, rejected } from "@backstitch/sdk";
import type { Sql } from "../database/database.ts";
import type { ShopService } from "../service.ts";

interface Shipment {
  order_id: string;
  address: { name: string; street: string; city: string; country: string };
}

/** Where the carrier goes, as ISO 3166 codes. */
const countries = ["AT", "CH", "DE", "ES", "FR", "GB", "IT", "NL", "PL", "US"];

/** Buys a shipping label; its Undo voids it. */
const createLabel: BarrierHandlers<Sql> = {
  async do(sql, { order_id, address }: Shipment) {
    if (!countries.includes(address.country)) {
      throw rejected("NO_SERVICE", "the carrier does not go there", { country: address.country });
    }
    const id = `lbl_${randomUUID()}`;
    const trackingCode = `BS${randomUUID().slice(0, 8).toUpperCase()}`;
    await sql.run`INSERT INTO labels (id, order_id, recipient, country, tracking_code, status)
      VALUES (${id}, ${order_id}, ${address.name}, ${address.country}, ${trackingCode}, 'BOUGHT')`;
    return { label_id: id, tracking_code: trackingCode };
  },
  async undo(sql, _input, { doOutput }) {
    await sql.run`UPDATE labels SET status = 'VOID' WHERE id = ${String(doOutput?.label_id)}`;
  },
};

/** Labels of parcels. */
export const shippingService: ShopService = {
  name: "shipping",
  schema: `
    CREATE TABLE IF NOT EXISTS labels (
      id            TEXT PRIMARY KEY,
      order_id      TEXT NOT NULL,
      recipient     TEXT NOT NULL,
      country       TEXT NOT NULL,
      tracking_code TEXT NOT NULL,
      status        TEXT NOT NULL -- BOUGHT or VOID
    );`,
  actions: { create_label: createLabel },
};
