import { type BarrierHandlers, pending } from "@backstitch/sdk";
import type { Sql } from "../database/database.ts";
import { keepToken } from "../tokens.ts";

/**
 * Calls for a dasher and leaves the call open: who takes it completes the step, with {"dasher_id"}. Its Undo closes the
 * call and takes the order from the dasher.
 */
export const assignDasher: BarrierHandlers<Sql> = {
  async do(sql, { order_id }: { order_id: string }, context) {
    await sql.run`INSERT INTO dasher_calls (effect_id, order_id, status) VALUES (${context.effectId}, ${order_id}, 'OPEN')`;
    await keepToken(sql, context);
    return pending();
  },
  async undo(sql, _input, { effectId }) {
    await sql.run`UPDATE dasher_calls SET status = 'CLOSED' WHERE effect_id = ${effectId}`;
  },
};
