package io.backstitch.participant;

import io.backstitch.internal.Json;
import io.backstitch.internal.Payloads;
import io.backstitch.v1.CommandResult;
import io.backstitch.v1.DoResponse;
import io.backstitch.v1.UndoResponse;
import java.util.Map;

/** What a participant answered, the same for both transports. An Undo that is done has no output. */
record Answer(
    String kind, Map<String, Object> output, String code, String message, int status, long retryAfterMs) {
  static final Answer UNDONE = new Answer("done", null, "", "", 0, 0);
  static final Answer PENDING = new Answer("pending", null, "", "", 0, 0);

  static Answer done(Map<String, Object> output) {
    return new Answer("done", output, "", "", 0, 0);
  }

  /** Of details, null for none. */
  static Answer rejected(String code, String message, Map<String, Object> details) {
    return new Answer("rejected", details, code, message, 0, 0);
  }

  static Answer error(int status, String message, long retryAfterMs) {
    return new Answer("error", null, "", message, status, retryAfterMs);
  }

  boolean isDone() {
    return kind.equals("done");
  }

  static Answer of(DoResponse response) {
    return switch (response.getOutcomeCase()) {
      case DONE -> done(Payloads.toMap(response.getDone().getOutput()));
      case REJECTED -> of(response.getRejected());
      case PENDING -> PENDING;
      case OUTCOME_NOT_SET -> throw new AssertionError("no outcome");
    };
  }

  static Answer of(UndoResponse response) {
    return switch (response.getOutcomeCase()) {
      case DONE -> UNDONE;
      case REJECTED -> of(response.getRejected());
      case PENDING -> PENDING;
      case OUTCOME_NOT_SET -> throw new AssertionError("no outcome");
    };
  }

  static Answer of(CommandResult result) {
    return switch (result.getOutcomeCase()) {
      case DONE -> result.getDone().isEmpty() ? UNDONE : done(toMap(result.getDone().toStringUtf8()));
      case REJECTED -> {
        var rejected = result.getRejected();
        String details = rejected.getDetails().toStringUtf8();
        yield rejected(rejected.getCode(), rejected.getMessage(), details.isEmpty() ? null : toMap(details));
      }
      case PENDING -> PENDING;
      case ERROR -> {
        var error = result.getError();
        yield error(error.getStatus(), error.getMessage(), error.getRetryAfterMs());
      }
      case OUTCOME_NOT_SET -> throw new AssertionError("no outcome");
    };
  }

  private static Answer of(io.backstitch.v1.Rejected rejected) {
    var details = rejected.hasDetails() ? Payloads.toMap(rejected.getDetails()) : null;
    return rejected(rejected.getCode(), rejected.getMessage(), details);
  }

  private static Map<String, Object> toMap(String json) {
    return Json.toMap(Json.parseObject(json));
  }
}
