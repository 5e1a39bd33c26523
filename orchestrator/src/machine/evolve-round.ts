import { pendingCall, pendingStep } from "./initial.ts";
import type { CallState, StepState } from "./state.ts";

/** A step that begins anew. Its round is above that of every effect it ever had. */
export function nextRound(step: StepState, input: string | undefined): StepState {
  const { returns, doubtfulRounds } = step;
  const round = lastRound(step) + 1;
  return {
    ...pendingStep,
    ...begunBefore(step),
    round,
    input,
    returns,
    doubtfulRounds: Math.max(doubtfulRounds - 1, 0),
  };
}

/** An item that begins anew without the others of its step. */
export function nextItemRound(step: StepState, { round }: CallState, input: string | undefined): CallState {
  return { ...pendingCall, ...begunBefore(step), round: round + 1, input };
}

/** The highest round of a step and its items: a person may have had one of them tried again without the others. */
export function lastRound({ round, items }: StepState): number {
  return Math.max(round, ...(items?.map((item) => item.round) ?? []));
}

/**
 * A step that goes no further, but may have begun its next round without a trace: so that this is undone. Each item has a
 * next round of its own, and none is passed over.
 */
export function doubtfulRound(step: StepState): StepState {
  const items = step.items?.length
    ? step.items.map((item) => ({ ...nextItemRound(step, item, item.input), status: "FAILED" as const }))
    : undefined;
  return { ...nextRound(step, step.input), status: "FAILED", round: step.round + 1, items };
}

/** The next round of a step may have been begun in a time that the store lost: then it counts as sent, its outcome unknown. */
function begunBefore({ doubtfulRounds }: StepState): Pick<CallState, "armed" | "unknown"> {
  return { armed: doubtfulRounds > 0, unknown: doubtfulRounds > 0 };
}
