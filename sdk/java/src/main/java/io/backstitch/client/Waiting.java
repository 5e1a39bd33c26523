package io.backstitch.client;

import java.time.Duration;

/** A wait for a saga's end, which may take more calls than one. */
final class Waiting {
  /** The most a server waits in one call. */
  private static final Duration LONGEST = Duration.ofSeconds(60);

  /** Between two calls, should a server answer at once. */
  private static final long LEAST_PAUSE_MS = 100;

  /** By System.nanoTime. */
  private final long startedAt = System.nanoTime();

  private final Duration atMost;

  /** Begins a wait; null: without end. */
  Waiting(Duration atMost) {
    this.atMost = atMost;
  }

  boolean isOver() {
    return atMost != null && left().isZero();
  }

  /** What to ask the server to wait now, in whole milliseconds. */
  Duration next() {
    if (atMost == null || left().compareTo(LONGEST) > 0) return LONGEST;
    return Duration.ofMillis(left().plusNanos(999_999).toMillis());
  }

  static void pause() {
    Calls.pause(LEAST_PAUSE_MS);
  }

  private Duration left() {
    Duration left = atMost.minusNanos(System.nanoTime() - startedAt);
    return left.isNegative() ? Duration.ZERO : left;
  }
}
