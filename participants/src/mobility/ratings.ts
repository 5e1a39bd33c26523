import { type BarrierHandlers, rejected } from "@backstitch/sdk";
import type { Sql } from "../database/database.ts";

interface Ratings {
  ride_id: string;
  /** What each gave the other: 1 to 5; null: nothing. */
  by_rider: number | null;
  by_driver: number | null;
}

/** Keeps what rider and driver thought of each other; its Undo forgets it. */
export const saveRatings: BarrierHandlers<Sql> = {
  async do(sql, { ride_id, by_rider, by_driver }: Ratings) {
    for (const stars of [by_rider, by_driver]) {
      if (stars !== null && !(stars >= 1 && stars <= 5)) throw rejected("BAD_RATING", "a rating is 1 to 5 stars");
    }
    await sql.run`INSERT INTO ratings (ride_id, by_rider, by_driver) VALUES (${ride_id}, ${by_rider}, ${by_driver})`;
    return {};
  },
  async undo(sql, _input, { doInput }) {
    await sql.run`DELETE FROM ratings WHERE ride_id = ${String(doInput.ride_id)}`;
  },
};
