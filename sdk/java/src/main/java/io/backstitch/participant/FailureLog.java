package io.backstitch.participant;

import io.backstitch.internal.Json;
import io.backstitch.v1.CommandContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Reports handlers' failures, never payloads. */
final class FailureLog {
  private final Logger logger;

  FailureLog(Logger logger) {
    this.logger = logger;
  }

  /** The handler threw. */
  void failed(Command command, Throwable error) {
    write(() -> logger.log(Level.ERROR, describe(command), error));
  }

  /** What the handler gave is no answer. */
  void failed(Command command, String problem) {
    write(() -> logger.log(Level.ERROR, describe(command) + " error=" + Json.quote(problem)));
  }

  private static void write(Runnable entry) {
    try {
      entry.run();
    } catch (Throwable fault) {
      // A log that cannot be written must not cost the answer.
    }
  }

  private static String describe(Command command) {
    CommandContext context = command.context();
    return "a handler failed: namespace=" + Json.quote(context.getNamespace())
        + " saga_id=" + Json.quote(context.getSagaId())
        + " step=" + Json.quote(context.getStep())
        + " action=" + Json.quote(context.getAction())
        + " direction=" + command.direction().word()
        + " attempt=" + context.getAttempt();
  }
}
