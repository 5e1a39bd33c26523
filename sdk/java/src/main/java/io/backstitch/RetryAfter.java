package io.backstitch;

import java.time.Duration;

/** Fails the attempt technically and asks for the next one no sooner than after a delay: throw it. */
public final class RetryAfter extends RuntimeException {
  private final Duration delay;

  /** As the other one, with a message that says to try again later. */
  public RetryAfter(Duration delay) {
    this(delay, "try again later");
  }

  /**
   * A failure that is worth another attempt after the delay.
   *
   * @throws IllegalArgumentException if the delay is negative
   */
  public RetryAfter(Duration delay, String message) {
    super(message, null, false, false);
    if (delay == null || delay.isNegative()) {
      throw new IllegalArgumentException("the delay before another attempt is 0 or more");
    }
    this.delay = delay;
  }

  /** How long the next attempt is to wait. */
  public Duration delay() {
    return delay;
  }
}
