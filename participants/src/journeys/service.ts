import { type BarrierHandlers, pending, rejected } from "@backstitch/sdk";
import type { Sql } from "../database/database.ts";
import type { ShopService } from "../service.ts";
import { keepToken } from "../tokens.ts";
import { type CompensationName, compensations, isCompensation } from "./compensations.ts";

interface Milestone {
  journey: string;
  milestone: string;
  /** What takes the milestone back. */
  compensation: CompensationName;
}

/**
 * Opens a milestone of a journey and leaves it pending: somebody outside completes it, or lets it fail. Its Undo runs the
 * compensation that the definition names.
 */
const milestone: BarrierHandlers<Sql> = {
  async do(sql, { journey, milestone, compensation }: Milestone, context) {
    if (!isCompensation(compensation)) throw rejected("UNKNOWN_COMPENSATION", `nobody knows how to "${compensation}"`);
    await sql.run`INSERT INTO milestones (effect_id, journey, milestone, status)
      VALUES (${context.effectId}, ${journey}, ${milestone}, 'OPEN')`;
    await keepToken(sql, context);
    return pending();
  },
  async undo(sql, _input, { doInput, effectId }) {
    const { journey, compensation } = doInput as unknown as Milestone;
    await compensations[compensation](sql, journey, effectId);
    await sql.run`UPDATE milestones SET status = 'COMPENSATED' WHERE effect_id = ${effectId}`;
  },
};

/** Milestones that somebody else reaches. */
export const journeysService: ShopService = {
  name: "journeys",
  schema: `
    CREATE TABLE IF NOT EXISTS milestones (
      effect_id TEXT PRIMARY KEY,
      journey   TEXT NOT NULL,
      milestone TEXT NOT NULL,
      status    TEXT NOT NULL -- OPEN or COMPENSATED
    );
    CREATE TABLE IF NOT EXISTS chores (effect_id TEXT PRIMARY KEY, journey TEXT NOT NULL, chore TEXT NOT NULL);`,
  actions: { milestone },
};
