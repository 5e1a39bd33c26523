import { randomBytes } from "node:crypto";
import { BackstitchError } from "../../errors.ts";
import type { Keys } from "../keys.ts";
import type { Caller } from "./caller.ts";
import { scripts } from "./scripts.ts";

/** How far the clock of the store is ahead of that of Redis: not at all, but in development mode. */
export interface Shift {
  /** As it was last heard of. */
  ms(): number;
  /** Asks for it, in development mode. */
  refresh(): Promise<void>;
  /** Puts the clock forward. Rejects with NOT_IMPLEMENTED but in development mode. */
  advance(byMs: number): Promise<void>;
}

export function createShift(caller: Caller, keys: Keys, development: boolean): Shift {
  let ahead = 0;
  if (!development) {
    return {
      ms: () => 0,
      refresh: async () => {},
      async advance() {
        throw new BackstitchError("NOT_IMPLEMENTED", "the clock can be moved in development mode only");
      },
    };
  }
  return {
    ms: () => ahead,
    async refresh() {
      ahead = Number((await caller.call("hget", keys.meta, "ahead")) ?? 0);
    },
    async advance(byMs) {
      const token = randomBytes(6).toString("base64url");
      ahead = Number(await caller.run(scripts.advance, [keys.meta], [Math.round(byMs), token]));
    },
  };
}
