import { type Decision, record } from "./decision.ts";
import type { SagaState } from "./state.ts";

/** Suspended by a person, or because it is not safe to run: it goes on only when a person says so. */
export function isHeld({ suspension }: SagaState): boolean {
  const kind = suspension?.failure.kind;
  return kind === "SUSPENDED" || kind === "QUARANTINED";
}

/** What a saga that suspended itself could not get past has changed: it moves on. */
export function goOn(decision: Decision): void {
  const { state } = decision;
  if (state.status === "SUSPENDED" && !isHeld(state)) record(decision, { kind: "sagaResumed" });
}
