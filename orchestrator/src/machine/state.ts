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
export type WaitReason = "BACKOFF" | "TIMER" | "SIGNAL" | "COMPLETION" | "BREAKER";

export type FailureKind =
  | "REJECTED"
  | "TECHNICAL"
  | "TIMEOUT"
  | "EXPRESSION"
  | "CANCELLED"
  | "DEADLINE"
  | "QUARANTINED";

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
  /** Why it is compensated or suspended. */
  readonly failure: Failure | undefined;
  /**
   * Why it is to be compensated, while that cannot begin yet: the pivot's outcome is unknown, or the saga is suspended.
   * Dropped when the pivot turns out to be done.
   */
  readonly turning: Failure | undefined;
  /** Drawn from the saga's id: spreads retries of different sagas; the same for the same saga. */
  readonly seed: number;
}

export interface StepState {
  readonly status: StepStatus;
  /** Set while WAITING. */
  readonly wait: { readonly reason: WaitReason; readonly until: number | undefined } | undefined;
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
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
}

export function isFinal(status: SagaStatus): boolean {
  return status === "COMPLETED" || status === "COMPENSATED" || status === "ABANDONED";
}
