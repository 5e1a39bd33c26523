package io.backstitch.client;

/** Where a saga stands. */
public enum SagaStatus {
  /** Steps are being done. */
  RUNNING,
  /** Steps are being undone. */
  COMPENSATING,
  /** Nothing moves until a person decides. */
  SUSPENDED,
  /** Final: every step is done (or was skipped, or failed as best effort). */
  COMPLETED,
  /** Final: every effect is undone. */
  COMPENSATED,
  /** Final: a person accepted the state as it is. */
  ABANDONED,
  /** One that this SDK does not know. */
  UNRECOGNIZED;

  /** Whether a saga with this status has come to its end. */
  public boolean isFinal() {
    return this == COMPLETED || this == COMPENSATED || this == ABANDONED;
  }
}
