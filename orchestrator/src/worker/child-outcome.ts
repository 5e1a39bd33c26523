import type { Completion, Outcome } from "../machine/event.ts";
import type { Direction, Failure, SagaState } from "../machine/state.ts";

type Ending = Completion["outcome"];

/**
 * What the end of a child saga means for the Do or Undo of the step that runs it; undefined: the step goes on waiting.
 * A COMPLETED child tells an Undo nothing: it is about to be compensated, or refuses to be.
 */
export function endingOf(direction: Direction, childId: string, state: SagaState): Ending | undefined {
  switch (state.status) {
    case "COMPLETED":
      return direction === "forward" ? { kind: "done", output: state.output ?? "{}" } : undefined;
    case "COMPENSATED":
      return direction === "forward" ? { kind: "rejected", failure: refusalOf(childId, state.failure) } : undone;
    case "ABANDONED":
      return direction === "forward"
        ? failed("unknown", false, "CHILD_ABANDONED", `child saga '${childId}' was abandoned`)
        : undone;
    default:
      return undefined;
  }
}

export const undone: Ending = { kind: "done", output: "{}" };

/** A child that is past its pivot cannot be undone: a person must decide. */
export function pastPivot(childId: string): Ending {
  const message = `child saga '${childId}' is past its pivot and cannot be compensated`;
  return { kind: "rejected", failure: { kind: "REJECTED", code: "PAST_PIVOT", message } };
}

/** Its Undo came before this Do: what a barrier answers, too. */
export function takenBack(childId: string): Ending {
  const message = `child saga '${childId}' was undone`;
  return { kind: "rejected", failure: { kind: "REJECTED", code: "UNDONE", message } };
}

export function failed(
  effect: "none" | "unknown",
  retry: boolean,
  code: string,
  message: string,
): Outcome & { kind: "failed" } {
  return { kind: "failed", effect, retry, failure: { kind: "TECHNICAL", code, message }, retryAfterMs: undefined };
}

function refusalOf(childId: string, why: Failure | undefined): Failure {
  const message = `child saga '${childId}' was compensated${why ? `: ${why.message}` : ""}`;
  return {
    kind: "REJECTED",
    code: why?.code ?? "CHILD_COMPENSATED",
    message,
    ...(why?.details !== undefined && { details: why.details }),
  };
}
