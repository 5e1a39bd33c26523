import { isActive } from "./calls.ts";
import { type Decision, record } from "./decision.ts";
import { expire } from "./expire.ts";
import { forgetLost } from "./fail.ts";
import { stuckFailure } from "./failure.ts";
import { undoSteps } from "./undo.ts";

/** What is possible now, while the saga is COMPENSATING: undo in reverse order, finish, or suspend. */
export function goBackward(decision: Decision): void {
  const { state } = decision;
  forgetLost(decision);
  expire(decision);
  undoSteps(decision);
  if (state.steps.some(isActive)) return;
  if (state.steps.some(({ armed }) => armed)) {
    record(decision, { kind: "sagaSuspended", failure: stuckFailure(state) });
  } else {
    record(decision, { kind: "sagaFinished", status: "COMPENSATED" });
  }
}
