import type { ShopService } from "../service.ts";
import { assignDasher } from "./dashers.ts";
import { closeOrder, contactCustomer, placeOrder, saveRating } from "./orders.ts";
import { sendTicket } from "./restaurants.ts";

/** Meals on their way from restaurants to customers, carried by dashers. */
export const deliveryService: ShopService = {
  name: "delivery",
  schema: `
    CREATE TABLE IF NOT EXISTS orders (
      id         TEXT PRIMARY KEY,
      customer   TEXT NOT NULL,
      restaurant TEXT NOT NULL,
      items      TEXT NOT NULL, -- JSON
      status     TEXT NOT NULL -- PLACED, CANCELLED, DELIVERED, LEFT_AT_DOOR or DISCARDED
    );
    CREATE TABLE IF NOT EXISTS notifications (id TEXT PRIMARY KEY, customer TEXT NOT NULL, message TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS tickets (
      id         TEXT PRIMARY KEY,
      order_id   TEXT NOT NULL,
      restaurant TEXT NOT NULL,
      status     TEXT NOT NULL -- SENT or CANCELLED
    );
    CREATE TABLE IF NOT EXISTS dasher_calls (
      effect_id TEXT PRIMARY KEY,
      order_id  TEXT NOT NULL,
      status    TEXT NOT NULL -- OPEN or CLOSED
    );
    CREATE TABLE IF NOT EXISTS ratings (order_id TEXT PRIMARY KEY, stars INTEGER NOT NULL);`,
  actions: {
    place_order: placeOrder,
    contact_customer: contactCustomer,
    close_order: closeOrder,
    save_rating: saveRating,
    send_ticket: sendTicket,
    assign_dasher: assignDasher,
  },
};
