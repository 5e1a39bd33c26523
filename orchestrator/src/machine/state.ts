/** Where a saga stands. The last three are final. */
export type SagaStatus = "RUNNING" | "COMPENSATING" | "SUSPENDED" | "COMPLETED" | "COMPENSATED" | "ABANDONED";

export type Direction = "forward" | "backward";

export type StepStatus =
  | "PENDING"
  | "RUNNING"
  | "WAITING"
  | "DONE"
  | "REJECTED"
  | "FAILED"
  | "SKIPPED"
  | "SUSPENDED"
  | "UNDOING"
  | "UNDONE";

/** What a WAITING step waits for. */
export type WaitReason = "BACKOFF" | "TIMER" | "SIGNAL" | "COMPLETION" | "BREAKER" | "CHILD";

export type FailureKind =
  | "REJECTED"
  | "TECHNICAL"
  | "TIMEOUT"
  | "EXPRESSION"
  | "CANCELLED"
  | "DEADLINE"
  | "QUARANTINED"
  | "SUSPENDED";

/** Why something failed, as it is kept and shown. */
export interface Failure {
  readonly kind: FailureKind;
  /** A business code, a gRPC status name, or an error code's name. */
  readonly code: string;
  /** At most 1,000 characters. */
  readonly message: string;
  /** JSON text of an object. */
  readonly details?: string;
  /** Name of the step it happened in. */
  readonly step?: string;
}

/**
 * The state of a saga: immutable, replaced by every transition. Unchanged parts keep their identity, so that the
 * store writes only what changed. Times are milliseconds since the epoch; payloads are JSON text.
 */
export interface SagaState {
  readonly status: SagaStatus;
  readonly direction: Direction;
  readonly steps: readonly StepState[];
  readonly input: string;
  readonly createdAt: number;
  readonly deadlineAt: number | undefined;
  /** The deadline passed after the pivot. */
  readonly overdue: boolean;
  readonly finishedAt: number | undefined;
  /** Why it is compensated. */
  readonly failure: Failure | undefined;
  /** Set while SUSPENDED: why, and since when its clocks stand still. */
  readonly suspension: { readonly failure: Failure; readonly since: number } | undefined;
  /**
   * Why it is to be compensated, while that cannot begin yet: the pivot's outcome is unknown, or the saga is suspended.
   * Dropped when the pivot turns out to be done.
   */
  readonly turning: Failure | undefined;
  /** Signals that came and no step has taken, oldest first. */
  readonly signals: readonly KeptSignal[];
  /** The store lost writes: calls of the time that it lost may be under way, and nothing is sent before this time. */
  readonly quietUntil: number | undefined;
  /** It waits for its lock: no step starts. */
  readonly blocked: boolean;
  /** What it gave once COMPLETED. */
  readonly output: string | undefined;
  /** Drawn from the saga's id: spreads retries of different sagas; the same for the same saga. */
  readonly seed: number;
}

export interface KeptSignal {
  readonly name: string;
  readonly payload: string;
  readonly at: number;
}

/** A step. Of a for_each step `items` tell, and what its own fields say follows from them. */
export interface StepState extends CallState {
  /** undefined: no for_each step, or its items are not listed yet. */
  readonly items: readonly CallState[] | undefined;
  /** How often the saga went back from here. */
  readonly returns: number;
  /** It is being undone to be done anew in its next round. */
  readonly reverting: boolean;
  /**
   * The store lost writes, and with them perhaps so many further rounds of this step: if the saga turns round they are
   * undone too, begun or not.
   */
  readonly doubtfulRounds: number;
}

/** What is done and undone: a step, or an item of a for_each step. */
export interface CallState {
  readonly status: StepStatus;
  /** Set while WAITING. `limit`: what heartbeats cannot move `until` beyond. */
  readonly wait:
    | { readonly reason: WaitReason; readonly until: number | undefined; readonly limit?: number | undefined }
    | undefined;
  /** Which way the step itself goes: `backward` once its Undo was first begun. */
  readonly direction: Direction;
  /** Attempts begun in the step's present direction. */
  readonly attempt: number;
  /** Counts the times the step began anew after it was undone. */
  readonly round: number;
  /** An effect may exist that has not been undone. Never set on a step without Undo. */
  readonly armed: boolean;
  /** Some send of the present round ended without telling whether it had an effect. */
  readonly unknown: boolean;
  readonly input: string | undefined;
  readonly output: string | undefined;
  readonly undoInput: string | undefined;
  readonly failure: Failure | undefined;
  /**
   * The input of its next round, where a person gave one while the present round must be undone first. An item that
   * has one is being undone to be done anew; of a step `reverting` tells that.
   */
  readonly nextInput: string | undefined;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
}

export function isFinal(status: SagaStatus): boolean {
  return status === "COMPLETED" || status === "COMPENSATED" || status === "ABANDONED";
}
