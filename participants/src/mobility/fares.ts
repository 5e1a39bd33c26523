import { type BarrierHandlers, rejected } from "@backstitch/sdk";
import type { Sql } from "../database/database.ts";

/** Kilometres between the zones of the town. */
const distances: Readonly<Record<string, number>> = {
  "centre-harbour": 4,
  "airport-centre": 18,
  "airport-harbour": 21,
};

/** In cents. */
const baseFare = 300;
const perKilometre = 150;
const driverPercent = 80;

/** The fare of a trip before it is made. Only reads. */
export const quoteFare: BarrierHandlers<Sql> = {
  do(_sql, { pickup, destination }: { pickup: string; destination: string }) {
    const distance = distances[[pickup, destination].sort().join("-")];
    if (distance === undefined) throw rejected("NO_ROUTE", `there is no way from "${pickup}" to "${destination}"`);
    return { distance_km: distance, amount: baseFare + distance * perKilometre };
  },
};

/** The fare of a ride that was made, or of the part that was made: then the base is not asked for. Only reads. */
export const calculateFare: BarrierHandlers<Sql> = {
  do(_sql, { distance_km, interrupted }: { distance_km: number; interrupted: boolean }) {
    const amount = Math.max(1, Math.round((interrupted ? 0 : baseFare) + distance_km * perKilometre));
    return { amount, driver_share: Math.round((amount * driverPercent) / 100), partial: interrupted };
  },
};
