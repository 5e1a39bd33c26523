import { recordAnswer } from "./answer.ts";
import { callAt, isAccepted, isCallInFlight } from "./calls.ts";
import type { Decision } from "./decision.ts";
import type { Refusal } from "./effect.ts";
import type { Completion, Heartbeat } from "./event.ts";
import { goOn } from "./hold.ts";
import { isBackward, isPlaceOver } from "./order.ts";
import { refOf } from "./query.ts";
import { type CallState, isFinal } from "./state.ts";
import { awaitCompletion, nextSignOfLife } from "./wait.ts";

/**
 * The outcome of a call that was, or will be, answered with `pending`. Counts as long as the call waits for its outcome,
 * or gave up waiting without knowing it. The same outcome twice is no fault.
 */
export function decideCompletion(decision: Decision, completion: Completion): Refusal {
  const { plan, state } = decision;
  const { step, item, outcome } = completion;
  const call = callAt(state, completion);
  if (call === undefined || call.round !== completion.round) return "COMPLETION_REFUSED";
  if (isRepeated(call, completion)) return undefined;
  if (isFinal(state.status) || call.direction !== completion.direction) return "COMPLETION_REFUSED";
  const isAwaited = isCallInFlight(call) || isAccepted(call);
  if (!isAwaited && !isOutcomeOpen(decision, completion, call)) return "COMPLETION_REFUSED";
  // That it failed is no news to who gave up waiting, nor is a refusal where the saga has gone on without it.
  if (isAwaited || outcome.kind === "done" || (outcome.kind === "rejected" && !isPlaceOver(plan, state, completion))) {
    recordAnswer(decision, refOf(call, step, item), outcome);
    goOn(decision);
  }
  return undefined;
}

/** An attempt ended without telling: the work itself may have gone on. Where it is being undone nobody asks any more. */
function isOutcomeOpen({ plan, state }: Decision, completion: Completion, call: CallState): boolean {
  const { status, direction, armed, unknown } = call;
  if (direction === "backward") return armed;
  if (isBackward(state, completion) || !unknown) return false;
  // Sent in a time that the store lost. The pivot decides the direction only when its turn has come.
  if (status === "PENDING") return completion.step !== plan.pivot;
  return status === "WAITING" || status === "SUSPENDED" || status === "FAILED";
}

function isRepeated(call: CallState, { direction, outcome }: Completion): boolean {
  if (outcome.kind === "failed") return false;
  const { code } = outcome.kind === "rejected" ? outcome.failure : {};
  if (direction === "forward") {
    return outcome.kind === "done"
      ? call.status === "DONE" && call.output === outcome.output
      : call.status === "REJECTED" && call.failure?.code === code;
  }
  if (call.direction === "forward") return false;
  return outcome.kind === "done"
    ? call.status === "UNDONE"
    : call.status === "SUSPENDED" && call.failure?.kind === "REJECTED" && call.failure.code === code;
}

/** The work on a call goes on: it is waited for until the next heartbeat is due, or its completion. */
export function decideHeartbeat(decision: Decision, heartbeat: Heartbeat): Refusal {
  const { state } = decision;
  const call = callAt(state, heartbeat);
  if (call === undefined || isFinal(state.status)) return "COMPLETION_REFUSED";
  if (call.round !== heartbeat.round || call.direction !== heartbeat.direction) return "COMPLETION_REFUSED";
  if (isCallInFlight(call)) return undefined;
  if (call.wait?.reason !== "COMPLETION") return "COMPLETION_REFUSED";
  const { limit } = call.wait;
  if (nextSignOfLife(decision, heartbeat, limit) !== call.wait.until) awaitCompletion(decision, heartbeat, limit);
  return undefined;
}
