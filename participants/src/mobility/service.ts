import type { ShopService } from "../service.ts";
import { assignDriver, findDrivers } from "./drivers.ts";
import { calculateFare, quoteFare } from "./fares.ts";
import { matchDriver } from "./matching.ts";
import { saveRatings } from "./ratings.ts";
import { createRequest, createTrip } from "./requests.ts";

/** Rides through a town of three zones. A thousand drivers wait in the centre, nobody at the harbour. */
export const mobilityService: ShopService = {
  name: "mobility",
  schema: `
    CREATE TABLE IF NOT EXISTS drivers (
      id     TEXT PRIMARY KEY,
      zone   TEXT NOT NULL,
      status TEXT NOT NULL -- FREE or BUSY
    );
    INSERT INTO drivers (id, zone, status)
      WITH RECURSIVE numbers (n) AS (SELECT 1001 UNION ALL SELECT n + 1 FROM numbers WHERE n < 2000)
      SELECT 'drv_' || n, 'centre', 'FREE' FROM numbers WHERE true
      ON CONFLICT (id) DO NOTHING;
    CREATE TABLE IF NOT EXISTS requests (
      id          TEXT PRIMARY KEY,
      rider_id    TEXT NOT NULL,
      pickup      TEXT NOT NULL,
      destination TEXT NOT NULL,
      status      TEXT NOT NULL -- OPEN, FULFILLED or CANCELLED
    );
    CREATE TABLE IF NOT EXISTS trips (
      id         TEXT PRIMARY KEY,
      request_id TEXT NOT NULL,
      driver_id  TEXT NOT NULL,
      fare       INTEGER NOT NULL
    );
    CREATE TABLE IF NOT EXISTS offers (
      effect_id TEXT NOT NULL,
      ride_id   TEXT NOT NULL,
      driver_id TEXT NOT NULL,
      status    TEXT NOT NULL, -- OFFERED or WITHDRAWN
      PRIMARY KEY (effect_id, driver_id)
    );
    CREATE TABLE IF NOT EXISTS ratings (ride_id TEXT PRIMARY KEY, by_rider INTEGER, by_driver INTEGER);`,
  actions: {
    create_request: createRequest,
    find_drivers: findDrivers,
    quote_fare: quoteFare,
    assign_driver: assignDriver,
    create_trip: createTrip,
    match_driver: matchDriver,
    calculate_fare: calculateFare,
    save_ratings: saveRatings,
  },
};
