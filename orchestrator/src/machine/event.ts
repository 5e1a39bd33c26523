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
  /** The place of the item of a for_each step. */
  readonly item: number | undefined;
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
  /** The store lost writes at `since`: calls may have been made of which the record knows nothing. */
  | { readonly kind: "rolledBack"; readonly since: number }
  | SagaCommand;

/** What people, callers, participants and other sagas ask of a saga; travels through its inbox. */
export type SagaCommand = Verb | Signal | Completion | Heartbeat | LockGrant;

/** What a person asks, or a program in a person's name. */
export type Verb = {
  readonly identity: string;
  readonly reason: string;
  /** undefined: whatever the revision is. Checked by the owner, not by the machine. */
  readonly expectedRevision: number | undefined;
} & (
  | { readonly kind: "cancel" }
  /** A parent undoes its child: like cancel, and takes a COMPLETED saga back too, unless its pivot is done. */
  | { readonly kind: "compensate" }
  | { readonly kind: "suspend" }
  | { readonly kind: "resume" }
  | { readonly kind: "abandon" }
  /** `input`: JSON text, in place of the evaluated input. */
  | ({ readonly kind: "retry"; readonly input: string | undefined } & CallPlace)
  | ({ readonly kind: "skip"; readonly output: string | undefined } & CallPlace)
  | ({ readonly kind: "resolve"; readonly resolution: Resolution; readonly output: string | undefined } & CallPlace)
);

/** What really happened to a step. */
export type Resolution = "doApplied" | "doNotApplied" | "undoApplied";

/** A step, or an item of a for_each step. */
export interface CallPlace {
  /** Index of the step. */
  readonly step: number;
  readonly item: number | undefined;
}

export interface Signal {
  readonly kind: "signal";
  readonly name: string;
  /** JSON text of an object. */
  readonly payload: string;
  readonly identity: string;
  readonly expectedRevision?: undefined;
}

/** The outcome of a Do or Undo that was answered with `pending`, or will be. Names the effect, not the attempt. */
export interface Completion extends CallPlace {
  readonly kind: "complete";
  readonly direction: Direction;
  readonly round: number;
  readonly outcome: Outcome & { readonly kind: "done" | "rejected" | "failed" };
  readonly expectedRevision?: undefined;
}

/** A pending Do or Undo is still being worked on. */
export interface Heartbeat extends CallPlace {
  readonly kind: "heartbeat";
  readonly direction: Direction;
  readonly round: number;
  readonly expectedRevision?: undefined;
}

/** The lock that the saga waits for is its own. */
export interface LockGrant {
  readonly kind: "lockGranted";
  readonly expectedRevision?: undefined;
}
