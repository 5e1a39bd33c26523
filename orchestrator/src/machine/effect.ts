import type { SendRef } from "./event.ts";
import type { Direction, Failure, SagaState, SagaStatus, WaitReason } from "./state.ts";

/**
 * What the owner must do once the transition is committed: send this call. What to send stands in the state
 * (the step's input, output and undoInput) and in the plan (participant, action, timeout).
 */
export type Effect = { readonly kind: "send"; readonly ref: SendRef };

/**
 * What happened, in order: the saga's history. Folding these over the initial state gives the state (invariant I6).
 * `step` is an index. The time of an entry is the time of its transition.
 */
export type HistoryEvent =
  | { readonly kind: "sagaStarted" }
  | { readonly kind: "stepStarted"; readonly step: number; readonly attempt: number; readonly input?: string }
  | { readonly kind: "stepDone"; readonly step: number; readonly output: string }
  | { readonly kind: "stepRejected"; readonly step: number; readonly failure: Failure }
  | {
      readonly kind: "stepFailed";
      readonly step: number;
      readonly failure: Failure;
      readonly effect: "none" | "unknown";
      /** undefined: it failed for good. */
      readonly nextAttemptAt: number | undefined;
    }
  /** Not sent, or accepted for later: the step waits without consuming an attempt. */
  | {
      readonly kind: "stepWaiting";
      readonly step: number;
      readonly reason: WaitReason;
      readonly until: number | undefined;
    }
  | { readonly kind: "stepSkipped"; readonly step: number }
  | { readonly kind: "stepSuspended"; readonly step: number; readonly failure: Failure }
  | { readonly kind: "undoStarted"; readonly step: number; readonly attempt: number; readonly input?: string }
  | { readonly kind: "stepUndone"; readonly step: number }
  | {
      readonly kind: "undoFailed";
      readonly step: number;
      readonly failure: Failure;
      readonly nextAttemptAt: number | undefined;
    }
  | { readonly kind: "compensationStarted"; readonly failure: Failure }
  | { readonly kind: "sagaSuspended"; readonly failure: Failure }
  | { readonly kind: "sagaResumed" }
  | { readonly kind: "sagaFinished"; readonly status: SagaStatus }
  | {
      readonly kind: "operatorActed";
      /** The name of the RPC, such as CancelSaga. */
      readonly verb: string;
      readonly step: number | undefined;
      readonly identity: string;
      readonly reason: string;
    }
  | { readonly kind: "deadlinePassed" }
  /** A new owner took over; calls in flight have an unknown outcome and are sent again. */
  | { readonly kind: "recovered" };

/** The answer to a command: why it was refused, or undefined where it was accepted. */
export type Refusal = "SAGA_FINAL" | "PAST_PIVOT" | "WRONG_STATE" | "REVISION_MISMATCH" | undefined;

export interface Transition {
  /** The same object as before where nothing happened. */
  readonly state: SagaState;
  readonly effects: readonly Effect[];
  readonly history: readonly HistoryEvent[];
  /** Only for a SagaCommand. */
  readonly refusal: Refusal;
}

export type { Direction };
