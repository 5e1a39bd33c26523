import { type BarrierHandlers, rejected } from "@backstitch/sdk";
import type { Sql } from "../database/database.ts";

const mostCandidates = 3;

/** Looks for free drivers near a place. Only reads. */
export const findDrivers: BarrierHandlers<Sql> = {
  async do(sql, { pickup }: { pickup: string }) {
    const drivers = await sql.all<{ id: string }>`SELECT id FROM drivers
      WHERE zone = ${pickup} AND status = 'FREE' ORDER BY id LIMIT ${mostCandidates}`;
    if (drivers.length === 0) throw rejected("NO_DRIVERS", `nobody is free in "${pickup}"`);
    return { drivers: drivers.map(({ id }) => id) };
  },
};

/** Sends the first candidate that is still free; its Undo sets the driver free. */
export const assignDriver: BarrierHandlers<Sql> = {
  async do(sql, { drivers }: { request_id: string; drivers: string[] }) {
    for (const id of drivers) {
      const changed = await sql.run`UPDATE drivers SET status = 'BUSY' WHERE id = ${id} AND status = 'FREE'`;
      if (changed === 1) return { driver_id: id };
    }
    throw rejected("DRIVERS_TAKEN", "all candidates have other riders by now");
  },
  async undo(sql, _input, { doOutput }) {
    await sql.run`UPDATE drivers SET status = 'FREE' WHERE id = ${String(doOutput?.driver_id)}`;
  },
};
