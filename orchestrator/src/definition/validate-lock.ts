import { type Lock, WhenHeld } from "../gen/backstitch/v1/definition_pb.js";
import { checkName, type FaultList } from "./faults.ts";
import { names } from "./limits.ts";
import type { LockRule } from "./types.ts";
import { checkRequired } from "./validate-expression.ts";
import type { ResolvedOrder } from "./validate-order.ts";

const whenHeldByCode: Readonly<Record<number, LockRule["whenHeld"]>> = {
  [WhenHeld.UNSPECIFIED]: "refuse",
  [WhenHeld.REFUSE]: "refuse",
  [WhenHeld.WAIT]: "wait",
};

/** Checks a lock. Its key is worked out before the first step: it reads the input only. */
export function checkLock(lock: Lock, definition: string, order: ResolvedOrder, faults: FaultList): LockRule {
  const { key, name } = lock;
  checkRequired("key", key, "lock.key", { order, step: undefined, reads: ["input"], ownOutput: false }, faults);
  if (name !== "") checkName(faults, "lock.name", name, names.definition);
  const whenHeld = whenHeldByCode[lock.whenHeld];
  if (whenHeld === undefined) faults.add("lock.when_held", "unknown_value", "must be REFUSE or WAIT");
  return { key, name: name || definition, whenHeld: whenHeld ?? "refuse" };
}
