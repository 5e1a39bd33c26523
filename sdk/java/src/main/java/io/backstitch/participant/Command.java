package io.backstitch.participant;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.backstitch.internal.Direction;
import io.backstitch.v1.CommandContext;

/**
 * A Do or an Undo, whichever way it came.
 *
 * @param deadlineMs when it must not be begun any more, in milliseconds since the epoch; {@link #NEVER}: none
 */
record Command(
    Direction direction, CommandContext context, Payload input, Payload doInput, Payload doOutput, long deadlineMs) {
  static final long NEVER = Long.MAX_VALUE;

  /**
   * The deadline of a command that is received now, by the clock of this machine. The orchestrator's own deadline
   * counts only where it sends no timeout.
   */
  static long deadlineOf(CommandContext context, long nowMs) {
    if (context.hasTimeout()) return nowMs + msOf(context.getTimeout());
    return context.hasDeadline() ? msOf(context.getDeadline()) : NEVER;
  }

  private static long msOf(Duration duration) {
    return duration.getSeconds() * 1000 + duration.getNanos() / 1_000_000;
  }

  private static long msOf(Timestamp time) {
    return time.getSeconds() * 1000 + time.getNanos() / 1_000_000;
  }
}
