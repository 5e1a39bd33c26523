package io.backstitch.client;

/** Where a step stands. */
public enum StepStatus {
  /** Not begun. */
  PENDING,
  /** Its Do is being called. */
  RUNNING,
  /** Waits: for the next attempt, a timer, a signal, a completion or a breaker. */
  WAITING,
  /** Its Do succeeded. */
  DONE,
  /** The participant refused it; nothing was applied. */
  REJECTED,
  /** It failed for good. */
  FAILED,
  /** Its condition was false, or it was skipped by a person. */
  SKIPPED,
  /** A person must decide. */
  SUSPENDED,
  /** Its Undo is being called. */
  UNDOING,
  /** Its Undo succeeded. */
  UNDONE,
  /** One that this SDK does not know. */
  UNRECOGNIZED
}
