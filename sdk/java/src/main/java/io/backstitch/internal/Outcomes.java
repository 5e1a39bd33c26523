package io.backstitch.internal;

import io.backstitch.Pending;
import io.backstitch.Rejected;
import io.backstitch.RetryAfter;
import io.grpc.Status;
import java.time.Duration;

/** What handlers' ends mean. */
public final class Outcomes {
  /** The most characters of a message that leave this process. */
  private static final int MAX_MESSAGE_LENGTH = 1000;

  private Outcomes() {}

  /**
   * The outcome of a handler that returned a value; an Undo has no output, whatever its handler returned. An outcome
   * stays what it is.
   */
  public static Outcome ofReturn(Object value, Direction direction) {
    if (value instanceof Outcome outcome) return outcome;
    if (value instanceof Rejected || value instanceof Pending || value instanceof RetryAfter) {
      return ofThrow((RuntimeException) value);
    }
    if (direction == Direction.UNDO) return new Outcome.Done("");
    try {
      return new Outcome.Done(Json.encodeObject(value, "the output"));
    } catch (StatusError error) {
      return ofThrow(error);
    }
  }

  /** The outcome of a handler that threw: its message at most, never its stack. */
  public static Outcome ofThrow(Throwable error) {
    if (error instanceof Rejected refusal) return refused(refusal);
    if (error instanceof Pending) return new Outcome.Accepted();
    if (error instanceof RetryAfter later) {
      return new Outcome.Failed(Status.Code.UNAVAILABLE.value(), messageOf(error), ceilToMs(later.delay()));
    }
    return failed(error instanceof StatusError own ? own.status() : Status.Code.UNKNOWN, messageOf(error));
  }

  /** A technical failure. */
  public static Outcome.Failed failed(Status.Code status, String message) {
    return new Outcome.Failed(status.value(), clip(message), -1);
  }

  private static Outcome refused(Rejected refusal) {
    String message = refusal.getMessage() == null ? "" : refusal.getMessage();
    if (refusal.details() == null) return new Outcome.Refused(refusal.code(), clip(message), null);
    try {
      String details = Json.encodeObject(refusal.details(), "the output");
      return new Outcome.Refused(refusal.code(), clip(message), details);
    } catch (StatusError fault) {
      // The refusal matters more than what it carries.
      return new Outcome.Refused(refusal.code(), clip(message + " (" + fault.getMessage() + ")"), null);
    }
  }

  private static String messageOf(Throwable error) {
    try {
      String message = error.getMessage();
      return clip(message == null ? error.getClass().getSimpleName() : message);
    } catch (Throwable fault) {
      // An exception whose message cannot be had.
      return error.getClass().getSimpleName();
    }
  }

  private static long ceilToMs(Duration delay) {
    long ms = delay.toMillis();
    return delay.toNanosPart() % 1_000_000 == 0 ? ms : ms + 1;
  }

  private static String clip(String message) {
    return message.length() > MAX_MESSAGE_LENGTH ? message.substring(0, MAX_MESSAGE_LENGTH) : message;
  }
}
