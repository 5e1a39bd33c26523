import type { SendRef } from "./event.ts";
import { isInFlight } from "./order.ts";
import type { SagaState } from "./state.ts";

/**
 * The earliest moment at which a `woken` event does something, in ms since the epoch: the end of a backoff or of a
 * wait for a breaker, or the saga's deadline. undefined: none; the clocks of a suspended saga stand still.
 */
export function wakeAt(state: SagaState): number | undefined {
  if (state.status !== "RUNNING" && state.status !== "COMPENSATING") return undefined;
  let earliest = isDeadlineAhead(state) ? state.deadlineAt : undefined;
  for (const { wait } of state.steps) {
    if (wait?.until !== undefined && (earliest === undefined || wait.until < earliest)) earliest = wait.until;
  }
  return earliest;
}

/** The deadline has not been acted on, and will be. */
export function isDeadlineAhead(state: SagaState): boolean {
  return state.status === "RUNNING" && state.deadlineAt !== undefined && !state.overdue && state.turning === undefined;
}

/** The sends that await an answer. */
export function inFlight(state: SagaState): SendRef[] {
  const refs: SendRef[] = [];
  for (let i = 0; i < state.steps.length; i++) {
    if (isInFlight(state.steps[i]!)) refs.push(refOf(state, i));
  }
  return refs;
}

/** The step's present send. */
export function refOf(state: SagaState, step: number): SendRef {
  const { direction, round, attempt } = state.steps[step]!;
  return { step, direction, round, attempt };
}
