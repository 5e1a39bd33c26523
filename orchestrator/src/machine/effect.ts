import type { Resolution, SendRef } from "./event.ts";
import type { Failure, SagaState, SagaStatus, WaitReason } from "./state.ts";

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
  | StepEvent
  /** The items of a for_each step, each as JSON text: what their Dos are given. */
  | { readonly kind: "itemsListed"; readonly step: number; readonly inputs: readonly string[] }
  /** A step failed, and what lies between it and `to` is to be undone and done anew. */
  | { readonly kind: "goingBack"; readonly step: number; readonly to: number; readonly failure: Failure }
  /**
   * All that was reverting is undone: these steps begin anew, each in its next round. In a saga that goes back: the next
   * round may have been lost with the store's writes, and is undone too.
   */
  | { readonly kind: "roundStarted"; readonly steps: readonly number[] }
  | { readonly kind: "compensationStarted"; readonly failure: Failure }
  | { readonly kind: "sagaSuspended"; readonly failure: Failure }
  /** Clocks go on: deadlines and waits are later by as long as they stood still. */
  | { readonly kind: "sagaResumed" }
  | { readonly kind: "sagaFinished"; readonly status: SagaStatus; readonly output?: string; readonly failure?: Failure }
  | {
      readonly kind: "operatorActed";
      /** The name of the RPC, such as CancelSaga. */
      readonly verb: string;
      readonly step: number | undefined;
      readonly item?: number | undefined;
      readonly identity: string;
      readonly reason: string;
    }
  | { readonly kind: "signalReceived"; readonly name: string; readonly payload: string; readonly identity: string }
  /** A step took the oldest kept signal with this place in the list. */
  | { readonly kind: "signalTaken"; readonly step: number; readonly place: number }
  | { readonly kind: "deadlinePassed" }
  | { readonly kind: "lockGranted" }
  /** A new owner took over; calls in flight have an unknown outcome and are sent again. */
  | { readonly kind: "recovered" }
  /** The store lost writes; nothing is sent before `until`. */
  | { readonly kind: "storeRolledBack"; readonly until: number }
  /** That time has come. */
  | { readonly kind: "quietOver" };

/** What happened to a step, or to an item of a for_each step. */
export type StepEvent = { readonly step: number; readonly item?: number } & (
  | { readonly kind: "stepStarted"; readonly attempt: number; readonly input?: string }
  | { readonly kind: "stepDone"; readonly output: string }
  | { readonly kind: "stepRejected"; readonly failure: Failure }
  | {
      readonly kind: "stepFailed";
      readonly failure: Failure;
      readonly effect: "none" | "unknown";
      /** undefined: it failed for good. */
      readonly nextAttemptAt: number | undefined;
    }
  /** Not sent, accepted for later, or waiting for a time or signal: no attempt is consumed. */
  | {
      readonly kind: "stepWaiting";
      readonly reason: WaitReason;
      readonly until: number | undefined;
      readonly limit?: number;
    }
  /** `output`: what a person gave. */
  | { readonly kind: "stepSkipped"; readonly output?: string }
  | { readonly kind: "stepSuspended"; readonly failure: Failure }
  | { readonly kind: "stepResolved"; readonly resolution: Resolution; readonly output?: string }
  /** A person had it tried again: the next attempt is due at once. */
  | { readonly kind: "stepRetried"; readonly input?: string }
  /** `doInput`: the Do's input as it must have been, where the Do may have been sent and the store lost that. */
  | { readonly kind: "undoStarted"; readonly attempt: number; readonly input?: string; readonly doInput?: string }
  | { readonly kind: "stepUndone" }
  | { readonly kind: "undoFailed"; readonly failure: Failure; readonly nextAttemptAt: number | undefined }
);

/** The answer to a command: why it was refused, or undefined where it was accepted. */
export type Refusal =
  | "SAGA_FINAL"
  | "PAST_PIVOT"
  | "REVISION_MISMATCH"
  /** It goes backward already, or what was asked makes sense forward only. */
  | "COMPENSATING"
  | "SUSPENDED_ALREADY"
  | "NOT_SUSPENDED"
  /** Steps wait for a person's word: resuming changes nothing. */
  | "STEP_NEEDS_DECISION"
  /** A call of the step is in flight. */
  | "CALL_IN_FLIGHT"
  /** The step has not begun, so there is nothing to retry or resolve. */
  | "STEP_NOT_BEGUN"
  /** The step is over: done, skipped, or undone. */
  | "STEP_OVER"
  /** The step sends no calls: it waits for a time or a signal. */
  | "STEP_SENDS_NOTHING"
  /** A for_each step is decided item by item; or the item does not exist. */
  | "WRONG_ITEM"
  /** The completion names an effect that nobody waits for, or that has another outcome. */
  | "COMPLETION_REFUSED"
  /** So many signals are kept that no more are. */
  | "SIGNALS_FULL"
  | undefined;

export interface Transition {
  /** The same object as before where nothing happened. */
  readonly state: SagaState;
  readonly effects: readonly Effect[];
  readonly history: readonly HistoryEvent[];
  /** Only for a SagaCommand. */
  readonly refusal: Refusal;
}
