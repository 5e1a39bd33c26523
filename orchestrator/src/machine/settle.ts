import { goBackward } from "./decide-backward.ts";
import { goForward } from "./decide-forward.ts";
import { type Decision, record } from "./decision.ts";

/** Does everything that is possible now. Suspended and final sagas only record. */
export function settle(decision: Decision): void {
  const { state, now } = decision;
  if (state.status !== "RUNNING" && state.status !== "COMPENSATING") return;
  if (state.quietUntil !== undefined) {
    if (now < state.quietUntil) return;
    record(decision, { kind: "quietOver" });
  }
  if (state.status === "RUNNING") goForward(decision);
  if (state.status === "COMPENSATING") goBackward(decision);
}
