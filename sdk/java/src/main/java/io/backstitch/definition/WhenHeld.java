package io.backstitch.definition;

/** What happens to a saga whose lock another saga holds. */
public enum WhenHeld {
  /** It is not started: LOCKED. The default. */
  REFUSE,
  /** It starts, and its first step waits its turn. */
  WAIT
}
