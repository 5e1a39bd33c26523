import type { Direction, Failure } from "./state.ts";

/** How a call ended, as the dispatcher tells it. */
export type Outcome =
  /** `output` is JSON text of an object; "{}" for an Undo. */
  | { readonly kind: "done"; readonly output: string }
  /** A definite refusal: nothing was applied (Do), or a person must decide (Undo). */
  | { readonly kind: "rejected"; readonly failure: Failure }
  /** Accepted; a completion comes later. */
  | { readonly kind: "pending" }
  /** A technical failure. `effect` tells whether the call may have been applied. */
  | {
      readonly kind: "failed";
      readonly effect: "none" | "unknown";
      readonly retry: boolean;
      readonly failure: Failure;
      /** The participant's wish (RetryInfo): the next attempt no sooner than this. */
      readonly retryAfterMs: number | undefined;
    }
  /** Never sent: the breaker is open or the participant has no room. Consumes no attempt. */
  | { readonly kind: "held"; readonly retryAfterMs: number };

/** Names one send: an answer that names another one is stale. */
export interface SendRef {
  /** Index of the step. */
  readonly step: number;
  readonly direction: Direction;
  readonly round: number;
  readonly attempt: number;
}

/** What can happen to a saga. Every event can meet every state (invariant I4). */
export type SagaEvent =
  /** To a call in flight, or, where that was `pending`, its completion. */
  | { readonly kind: "answered"; readonly ref: SendRef; readonly outcome: Outcome }
  /** Time has passed: whatever is due at `now` happens. */
  | { readonly kind: "woken" }
  /** A new owner took the saga: what was in flight is lost, its outcome unknown. Consumes no attempt. */
  | { readonly kind: "recovered" }
  /** It took its owners down too often: stop until a person looks. */
  | { readonly kind: "quarantined"; readonly crashes: number }
  | SagaCommand;

/** What people and callers ask of a saga; travels through its inbox. */
export type SagaCommand = {
  readonly kind: "cancel";
  readonly identity: string;
  readonly reason: string;
  /** undefined: whatever the revision is. Checked by the owner, not by the machine. */
  readonly expectedRevision: number | undefined;
};
