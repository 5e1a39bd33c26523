import { type BarrierHandlers, pending, rejected } from "@backstitch/sdk";
import type { Sql } from "../database/database.ts";
import { keepToken } from "../tokens.ts";

const offersAtOnce = 3;

/**
 * Offers a ride to some drivers at once and leaves it pending: the first who accepts completes the step, with
 * {"driver_id"}. Who had an offer of this ride before gets no other one. Its Undo withdraws the offers and lets the driver
 * go who accepted.
 */
export const matchDriver: BarrierHandlers<Sql> = {
  async do(sql, { ride_id, pickup }: { ride_id: string; pickup: string }, context) {
    const drivers = await sql.all<{ id: string }>`SELECT id FROM drivers
      WHERE zone = ${pickup} AND status = 'FREE' AND id NOT IN (SELECT driver_id FROM offers WHERE ride_id = ${ride_id})
      ORDER BY id LIMIT ${offersAtOnce}`;
    if (drivers.length === 0) throw rejected("NO_DRIVERS", `nobody is free in "${pickup}"`);
    for (const { id } of drivers) {
      await sql.run`INSERT INTO offers (effect_id, ride_id, driver_id, status)
        VALUES (${context.effectId}, ${ride_id}, ${id}, 'OFFERED')`;
    }
    await keepToken(sql, context);
    return pending();
  },
  async undo(sql, _input, { effectId }) {
    await sql.run`UPDATE offers SET status = 'WITHDRAWN' WHERE effect_id = ${effectId}`;
  },
};
