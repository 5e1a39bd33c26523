package io.backstitch.definition;

import io.backstitch.v1.RetryPolicy;
import java.time.Duration;
import java.util.Arrays;

/** How attempts are repeated: with growing, fully jittered delays, or after the delays of a schedule. */
public final class RetryOptions {
  final RetryPolicy.Builder policy = RetryPolicy.newBuilder();

  RetryOptions() {}

  /** So many attempts in all, the first included. */
  public RetryOptions maxAttempts(int attempts) {
    policy.setMaxAttempts(attempts);
    return this;
  }

  /** The delay before the second attempt. */
  public RetryOptions initial(Duration delay) {
    policy.setInitial(Durations.toProto(delay));
    return this;
  }

  /** What the delay is multiplied by each time; at least 1. */
  public RetryOptions multiplier(double factor) {
    policy.setMultiplier(factor);
    return this;
  }

  /** The longest delay. */
  public RetryOptions max(Duration delay) {
    policy.setMax(Durations.toProto(delay));
    return this;
  }

  /**
   * The delays themselves, in place of {@link #initial}, {@link #multiplier} and {@link #max}; the last one repeats.
   * Without {@link #maxAttempts} there are as many attempts as delays, plus one.
   */
  public RetryOptions schedule(Duration... delays) {
    policy.clearSchedule().addAllSchedule(Arrays.stream(delays).map(Durations::toProto).toList());
    return this;
  }
}
