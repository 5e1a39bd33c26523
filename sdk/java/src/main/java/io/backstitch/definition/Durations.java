package io.backstitch.definition;

import java.time.Duration;

final class Durations {
  private Durations() {}

  /** The message of a duration, to the millisecond. Throws an IllegalArgumentException if it is negative. */
  static com.google.protobuf.Duration toProto(Duration duration) {
    if (duration.isNegative()) throw new IllegalArgumentException(duration + " is negative");
    Duration rounded = Duration.ofMillis(duration.plusNanos(500_000).toMillis());
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(rounded.getSeconds())
        .setNanos(rounded.getNano())
        .build();
  }
}
