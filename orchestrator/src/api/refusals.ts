import { BackstitchError, type ErrorCode } from "../errors.ts";
import type { Refusal } from "../machine/effect.ts";
import type { SagaKey } from "../store/store.ts";

/** What a caller is told where a saga refuses a command: the error, and a sentence that says what to do instead. */
export const refusals: Readonly<Record<NonNullable<Refusal>, { readonly code: ErrorCode; readonly says: string }>> = {
  SAGA_FINAL: { code: "SAGA_FINAL", says: "is final: nothing about it can be changed any more" },
  PAST_PIVOT: {
    code: "PAST_PIVOT",
    says: "is past its pivot and can only go forward: retry, skip or resolve the step that holds it up, or abandon it",
  },
  REVISION_MISMATCH: {
    code: "REVISION_MISMATCH",
    says: "has moved on from expected_revision: look at it again and decide anew",
  },
  COMPENSATING: {
    code: "WRONG_STATE",
    says: "goes backward already, and this makes sense forward only: resume it if it is suspended, or retry, skip or resolve the step whose Undo holds it up",
  },
  SUSPENDED_ALREADY: { code: "WRONG_STATE", says: "is suspended already: let it go on with ResumeSaga" },
  NOT_SUSPENDED: {
    code: "WRONG_STATE",
    says: "is not suspended, so there is nothing to resume: a step that waits is tried at once with RetryStep",
  },
  STEP_NEEDS_DECISION: {
    code: "WRONG_STATE",
    says: "needs a decision on a step first: say with ResolveStep what really happened, or retry or skip the step",
  },
  CALL_IN_FLIGHT: {
    code: "CALL_IN_FLIGHT",
    says: "has a call of this step in flight: ask again once the call is answered or has timed out",
  },
  STEP_NOT_BEGUN: {
    code: "WRONG_STATE",
    says: "has not begun this step, so there is nothing to retry or resolve: it may be skipped with SkipStep",
  },
  STEP_OVER: {
    code: "WRONG_STATE",
    says: "is over with this step, and nothing about it waits: to take back what was done, cancel the saga",
  },
  STEP_SENDS_NOTHING: {
    code: "WRONG_STATE",
    says: "makes no call in this step, which waits for a time or a signal: send the signal, or skip the step",
  },
  WRONG_ITEM: {
    code: "WRONG_STATE",
    says: "decides on this step item by item: name in `item` one of the items that its list has",
  },
  COMPLETION_REFUSED: {
    code: "COMPLETION_REFUSED",
    says: "does not wait for this outcome: the step has another one, or the saga has moved on; stop the work and leave its effect to the Undo",
  },
  SIGNALS_FULL: {
    code: "OVERLOADED",
    says: "keeps as many signals as it may until its steps take some: send this one again later",
  },
};

/** The error of a command that a saga refused. */
export function refused(refusal: NonNullable<Refusal>, { sagaId }: SagaKey): BackstitchError {
  const { code, says } = refusals[refusal];
  return new BackstitchError(code, `saga '${sagaId}' ${says}`);
}
