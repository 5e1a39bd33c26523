package io.backstitch.client;

/** What a waiting step waits for. */
public enum WaitReason {
  /** The next attempt's time. */
  BACKOFF,
  /** A timer. */
  TIMER,
  /** A signal. */
  SIGNAL,
  /** The completion of accepted work. */
  COMPLETION,
  /** The participant's breaker is open. */
  BREAKER,
  /** A child saga. */
  CHILD,
  /** One that this SDK does not know. */
  UNRECOGNIZED
}
