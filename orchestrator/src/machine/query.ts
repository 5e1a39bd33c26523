import { eachCall, isCallInFlight } from "./calls.ts";
import type { SendRef } from "./event.ts";
import { type CallState, isFinal, type SagaState } from "./state.ts";

/**
 * The earliest moment at which a `woken` event does something, in ms since the epoch: the end of a wait, or the
 * saga's deadline. undefined: none; the clocks of a suspended saga stand still.
 */
export function wakeAt(state: SagaState): number | undefined {
  if (state.status !== "RUNNING" && state.status !== "COMPENSATING") return undefined;
  if (state.quietUntil !== undefined) return state.quietUntil;
  let earliest = isDeadlineAhead(state) ? state.deadlineAt : undefined;
  if (state.blocked && state.direction === "forward") return earliest;
  eachCall(state, ({ wait }) => {
    if (wait?.until !== undefined && (earliest === undefined || wait.until < earliest)) earliest = wait.until;
  });
  return earliest;
}

/** The deadline has not been acted on, and will be. */
export function isDeadlineAhead(state: SagaState): boolean {
  return state.status === "RUNNING" && state.deadlineAt !== undefined && !state.overdue && state.turning === undefined;
}

/** The sends that await an answer. */
export function inFlight(state: SagaState): SendRef[] {
  const refs: SendRef[] = [];
  if (isFinal(state.status)) return refs;
  eachCall(state, (call, step, item) => {
    if (isCallInFlight(call)) refs.push(refOf(call, step, item));
  });
  return refs;
}

/** Names the present send of a call. */
export function refOf({ direction, round, attempt }: CallState, step: number, item: number | undefined): SendRef {
  return { step, item, direction, round, attempt };
}
