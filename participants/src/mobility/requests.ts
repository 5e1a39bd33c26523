import { randomUUID } from "node:crypto";
import type { BarrierHandlers } from "@backstitch/sdk";
import type { Sql } from "../database/database.ts";

/** Notes that a rider wants to go somewhere; its Undo cancels the request. */
export const createRequest: BarrierHandlers<Sql> = {
  async do(sql, { rider_id, pickup, destination }: { rider_id: string; pickup: string; destination: string }) {
    const id = `req_${randomUUID()}`;
    await sql.run`INSERT INTO requests (id, rider_id, pickup, destination, status)
      VALUES (${id}, ${rider_id}, ${pickup}, ${destination}, 'OPEN')`;
    return { request_id: id };
  },
  async undo(sql, _input, { doOutput }) {
    await sql.run`UPDATE requests SET status = 'CANCELLED' WHERE id = ${String(doOutput?.request_id)}`;
  },
};

interface Trip {
  request_id: string;
  driver_id: string;
  /** In cents. */
  fare: number;
}

/** Makes a trip of a request, a driver and a fare; its Undo removes the trip and opens the request again. */
export const createTrip: BarrierHandlers<Sql> = {
  async do(sql, { request_id, driver_id, fare }: Trip) {
    const id = `trip_${randomUUID()}`;
    await sql.run`INSERT INTO trips (id, request_id, driver_id, fare) VALUES (${id}, ${request_id}, ${driver_id}, ${fare})`;
    await sql.run`UPDATE requests SET status = 'FULFILLED' WHERE id = ${request_id}`;
    return { trip_id: id };
  },
  async undo(sql, _input, { doInput, doOutput }) {
    await sql.run`DELETE FROM trips WHERE id = ${String(doOutput?.trip_id)}`;
    await sql.run`UPDATE requests SET status = 'OPEN' WHERE id = ${String(doInput.request_id)}`;
  },
};
