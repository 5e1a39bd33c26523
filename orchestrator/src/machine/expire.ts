import { recordAnswer } from "./answer.ts";
import { eachCall, isDue, type Place } from "./calls.ts";
import { callOf, type Decision, record } from "./decision.ts";
import { failForGood } from "./fail.ts";
import { signalTimeoutFailure } from "./failure.ts";
import { goesBack } from "./order.ts";
import { refOf } from "./query.ts";
import { completionTimeout } from "./wait.ts";

/** What time alone decides: a sleep is over, or something was waited for in vain. Further attempts are made elsewhere. */
export function expire(decision: Decision): void {
  let due: Place[] | undefined;
  eachCall(decision.state, (call, step, item) => {
    if (call.wait === undefined || !isDue(call, decision.now)) return;
    const { reason } = call.wait;
    if (reason !== "TIMER" && reason !== "SIGNAL" && reason !== "COMPLETION") return;
    due ??= [];
    due.push({ step, item });
  });
  for (const place of due ?? []) expireAt(decision, place);
}

function expireAt(decision: Decision, place: Place): void {
  const call = callOf(decision, place);
  // One that was due before it may have sent the saga back, past this one.
  if (!isDue(call, decision.now)) return;
  if (call.wait?.reason === "TIMER") record(decision, { kind: "stepDone", step: place.step, output: "{}" });
  else if (call.wait?.reason === "SIGNAL") signalTimedOut(decision, place.step);
  else recordAnswer(decision, refOf(call, place.step, place.item), completionTimeout(decision, place, call));
}

/** With on_failure RETRY the step goes on waiting, once it no longer sends the saga back. */
function signalTimedOut(decision: Decision, step: number): void {
  const { plan, state, now } = decision;
  const planned = plan.steps[step]!;
  if (planned.step.kind !== "await") return;
  const { name, signal, timeoutMs, onFailure } = planned.step;
  const failure = signalTimeoutFailure(name, signal);
  if (onFailure === "retry" && timeoutMs !== undefined && !goesBack(planned, state.steps[step]!, failure)) {
    record(decision, { kind: "stepWaiting", step, reason: "SIGNAL", until: now + timeoutMs });
  } else {
    failForGood(decision, { step, item: undefined }, failure, "none");
  }
}
