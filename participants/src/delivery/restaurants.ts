import { randomUUID } from "node:crypto";
import type { BarrierHandlers } from "@backstitch/sdk";
import type { Sql } from "../database/database.ts";

interface Ticket {
  order_id: string;
  restaurant: string;
}

/** Hands an order to a restaurant, which confirms or rejects it later; its Undo cancels it there. */
export const sendTicket: BarrierHandlers<Sql> = {
  async do(sql, { order_id, restaurant }: Ticket) {
    const id = `tkt_${randomUUID()}`;
    await sql.run`INSERT INTO tickets (id, order_id, restaurant, status) VALUES (${id}, ${order_id}, ${restaurant}, 'SENT')`;
    return { ticket_id: id };
  },
  async undo(sql, _input, { doOutput }) {
    await sql.run`UPDATE tickets SET status = 'CANCELLED' WHERE id = ${String(doOutput?.ticket_id)}`;
  },
};
