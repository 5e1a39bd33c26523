import { readFileSync } from "node:fs";

/**
 * The services' clock: where SHOP_CLOCK names a file, ahead of the machine's by the milliseconds that stand in it. A
 * development server's clock can be moved; so its shop must be able to follow, or it would look at a booking two
 * months later as if it were made today.
 */
export function now(): Date {
  const file = process.env.SHOP_CLOCK;
  return new Date(Date.now() + (file ? Number(readFileSync(file, "utf8")) : 0));
}
