import { randomUUID } from "node:crypto";
import { type BarrierHandlers, rejected } from "@backstitch/sdk";
import type { Sql } from "../database/database.ts";
import { messagesSchema, send } from "../messages.ts";
import type { ShopService } from "../service.ts";
import { nightsOf, refundTerms } from "./policies.ts";

interface Booking {
  listing_id: string;
  guest: { id: string; email: string };
  host: { id: string; email: string };
  /** RFC 3339. */
  check_in: string;
  check_out: string;
  /** In the currency's smallest unit. */
  price: number;
  policy: string;
}

const longestStay = 90;

/** Writes a booking that awaits its host, and fixes what a cancellation will cost. */
const createBooking: BarrierHandlers<Sql> = {
  async do(sql, booking: Booking) {
    const { listing_id, guest, host, check_in, check_out, price, policy } = booking;
    const refunds = refundTerms(policy, new Date(check_in));
    if (refunds === undefined) throw rejected("UNKNOWN_POLICY", `there is no policy "${policy}"`);
    const nights = nightsOf(new Date(check_in), new Date(check_out)).length;
    if (nights < 1 || nights > longestStay) throw rejected("BAD_DATES", `a stay has 1 to ${longestStay} nights`);
    const id = `bkg_${randomUUID()}`;
    await sql.run`INSERT INTO bookings (id, listing_id, guest_id, host_id, check_in, check_out, price, policy, status)
      VALUES (${id}, ${listing_id}, ${guest.id}, ${host.id}, ${check_in}, ${check_out}, ${price}, ${policy}, 'OPEN')`;
    return { booking_id: id, nights, refunds };
  },
  async undo(sql, _input, { doOutput }) {
    await sql.run`UPDATE bookings SET status = 'CANCELLED' WHERE id = ${String(doOutput?.booking_id)}`;
  },
};

/** Takes the nights of a stay out of the listing's calendar: a night that is taken refuses all of them. */
const holdDates: BarrierHandlers<Sql> = {
  async do(sql, { listing_id, check_in, check_out }: Pick<Booking, "listing_id" | "check_in" | "check_out">) {
    const id = `hold_${randomUUID()}`;
    for (const night of nightsOf(new Date(check_in), new Date(check_out))) {
      // Two sagas that come at the same moment meet at the primary key: one of them inserts nothing.
      const held = await sql.run`INSERT INTO nights (listing_id, night, hold_id) VALUES (${listing_id}, ${night}, ${id})
        ON CONFLICT (listing_id, night) DO NOTHING`;
      if (held !== 1) throw rejected("DATES_TAKEN", `the night of ${night} is taken`, { night });
    }
    return { hold_id: id };
  },
  async undo(sql, _input, { doOutput }) {
    await sql.run`DELETE FROM nights WHERE hold_id = ${String(doOutput?.hold_id)}`;
  },
};

/** Writes to a guest or a host. What was said cannot be unsaid: the Undo is a second message. */
const notify: BarrierHandlers<Sql> = {
  async do(sql, { to, about, booking_id }: { to: string; about: string; booking_id: string }) {
    if (!to.includes("@")) throw rejected("BAD_ADDRESS", "this is no e-mail address");
    await send(sql, to, `${about}: ${booking_id}`);
    return {};
  },
  async undo(sql, _input, { doInput }) {
    await send(sql, String(doInput.to), `called off: ${doInput.booking_id}`);
  },
};

interface Review {
  stars?: number;
  text?: string;
}

/** Publishes the reviews of a stay together, so that neither side answers the other's. */
const publishReviews: BarrierHandlers<Sql> = {
  async do(sql, { booking_id, guest, host }: { booking_id: string; guest: Review; host: Review }) {
    const given = Object.entries({ guest, host }).filter(([, { stars }]) => stars !== undefined);
    for (const [author, { stars = 0, text = "" }] of given) {
      if (!(stars >= 1 && stars <= 5)) throw rejected("BAD_REVIEW", "a review has 1 to 5 stars");
      await sql.run`INSERT INTO reviews (booking_id, author, stars, text)
        VALUES (${booking_id}, ${author}, ${stars}, ${text})`;
    }
    return { published: given.length };
  },
  async undo(sql, _input, { doInput }) {
    await sql.run`DELETE FROM reviews WHERE booking_id = ${String(doInput.booking_id)}`;
  },
};

/** Bookings, the calendars of listings, messages and reviews. */
export const staysService: ShopService = {
  name: "stays",
  schema: `
    CREATE TABLE IF NOT EXISTS bookings (
      id         TEXT PRIMARY KEY,
      listing_id TEXT NOT NULL,
      guest_id   TEXT NOT NULL,
      host_id    TEXT NOT NULL,
      check_in   TEXT NOT NULL,
      check_out  TEXT NOT NULL,
      price      INTEGER NOT NULL,
      policy     TEXT NOT NULL,
      status     TEXT NOT NULL -- OPEN or CANCELLED
    );
    CREATE TABLE IF NOT EXISTS nights (
      listing_id TEXT NOT NULL,
      night      TEXT NOT NULL,
      hold_id    TEXT NOT NULL,
      PRIMARY KEY (listing_id, night)
    );${messagesSchema}
    CREATE TABLE IF NOT EXISTS reviews (
      booking_id TEXT NOT NULL,
      author     TEXT NOT NULL, -- guest or host
      stars      INTEGER NOT NULL,
      text       TEXT NOT NULL
    );`,
  actions: { create_booking: createBooking, hold_dates: holdDates, notify, publish_reviews: publishReviews },
};
