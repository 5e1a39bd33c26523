import { readFileSync } from "node:fs";

/**
 * Preloaded into a process (`--import`): puts its wall clock off by the milliseconds that stand in the file named by
 * BACKSTITCH_TEST_CLOCK, at every look. The monotonic clock and timers are left alone, as when an operator sets the
 * clock of a machine.
 */
const file = process.env.BACKSTITCH_TEST_CLOCK;
const Real = globalThis.Date;

if (file) {
  const now = () => Real.now() + Number(readFileSync(file, "utf8"));
  globalThis.Date = new Proxy(Real, {
    get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
    construct: (target, args, self) => Reflect.construct(target, args.length === 0 ? [now()] : args, self),
  });
}
