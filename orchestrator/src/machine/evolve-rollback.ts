import type { Plan, PlannedStep } from "../definition/types.ts";
import { isAccepted, isCallActive } from "./calls.ts";
import { notUndoing, sentAgainAt } from "./evolve-call.ts";
import { lastRound } from "./evolve-round.ts";
import { concurrencyOf, isStepBackward, isStopping, verdictOn } from "./order.ts";
import type { CallState, SagaState, StepState } from "./state.ts";

/*
 * What a loss of the store's writes means: calls may have been made of which the record knows nothing. So whatever could
 * have been sent counts as sent, its outcome unknown, and is undone if the saga turns round. Forward, what is done is
 * sent again, for the barrier to confirm, and the rest goes its way; all that once the saga is no longer quiet.
 */

/**
 * How many rounds of a step, after the present one, may have begun without a trace. As often as the saga still goes back
 * over it; and once more where it is about to begin anew, or where a person may have had it tried again.
 */
export function doubtfulRoundsOf(plan: Plan, { steps, direction }: SagaState, index: number): number {
  const step = steps[index]!;
  if (direction === "backward" || plan.steps[index]!.sends?.undo === undefined) return step.doubtfulRounds;
  const isOpen = step.reverting || (step.status !== "PENDING" && step.status !== "DONE");
  // Counted from the item that is furthest behind.
  let rounds = (isOpen ? 1 : 0) + lastRound(step) - step.round;
  for (const { goBack, index: from } of plan.steps) {
    if (goBack?.span.includes(index)) rounds += goBack.times - steps[from]!.returns;
  }
  return Math.max(step.doubtfulRounds, rounds);
}

/** A step of a saga whose store lost writes. What is sent again is due at once, on the saga's own clock. */
export function doubtedStep(planned: PlannedStep, step: StepState, saga: SagaState, clock: number): StepState {
  if (planned.sends === undefined) return step;
  const backward = isStepBackward(saga, step);
  if (step.items === undefined) return { ...step, ...doubted(planned, step, backward, clock) };
  if (!backward && !["RUNNING", "SUSPENDED", "DONE"].includes(step.status)) return step;
  const ending = backward || isStopping(planned, step);
  // As many items go on as may at the same time; those after them wait for their turn.
  let room = concurrencyOf(planned);
  const items = step.items.map((item): CallState => {
    const is = { ...item, ...doubted(planned, item, ending || item.nextInput !== undefined, clock) };
    if (is.status !== "WAITING" || is.direction === "backward" || room-- > 0) return is;
    return { ...is, status: "PENDING", wait: undefined };
  });
  const status = statusAfter(step, items, backward);
  return { ...step, ...status, items, armed: items.some(({ armed }) => armed) };
}

function statusAfter({ status, direction }: StepState, items: readonly CallState[], backward: boolean) {
  if (!backward) return status === "DONE" && items.some(isCallActive) ? { status: "RUNNING" as const } : undefined;
  return status === "RUNNING" && direction === "forward" ? { status: "FAILED" as const } : undefined;
}

function doubted(planned: PlannedStep, call: CallState, backward: boolean, clock: number): Partial<CallState> {
  const hasUndo = planned.sends?.undo !== undefined;
  const doubt = call.direction === "backward" ? {} : { armed: hasUndo, unknown: true };
  switch (call.status) {
    case "PENDING":
      return doubt;
    case "RUNNING":
      return backward ? { ...doubt, status: "FAILED" } : { ...doubt, ...sentAgainAt(call, clock) };
    case "UNDOING":
      return notUndoing(call);
    case "WAITING":
      if (call.direction === "backward") return notUndoing(call);
      // Its completion may be among what was lost: it is asked for again.
      return isAccepted(call) ? { ...doubt, ...sentAgainAt(call, clock) } : doubt;
    case "DONE":
      // Where nothing was sent a person said that it is done.
      return backward || (call.attempt === 0 && !call.unknown)
        ? {}
        : { ...doubt, ...sentAgainAt(call, clock), finishedAt: undefined };
    case "FAILED":
    case "SUSPENDED":
      // A person may have had it tried again, but for what the saga went on without; a refusal takes a new round.
      return call.failure?.kind === "REJECTED" || (!backward && verdictOn(planned, call) === "continue") ? {} : doubt;
    case "REJECTED":
      return backward ? doubt : {};
    default:
      return {};
  }
}
