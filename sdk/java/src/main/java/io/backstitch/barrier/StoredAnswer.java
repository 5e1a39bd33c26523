package io.backstitch.barrier;

import com.google.gson.JsonObject;
import io.backstitch.internal.Json;
import io.backstitch.internal.Outcome;

/**
 * An answer as it is kept: the same JSON in every language, so that they may share a database. A technical failure is
 * never kept: its transaction is rolled back.
 */
final class StoredAnswer {
  private StoredAnswer() {}

  static String write(Outcome answer) {
    JsonObject stored = new JsonObject();
    if (answer instanceof Outcome.Done done) {
      stored.addProperty("kind", "done");
      stored.addProperty("output", done.output());
    } else if (answer instanceof Outcome.Accepted) {
      stored.addProperty("kind", "pending");
    } else if (answer instanceof Outcome.Refused refused) {
      stored.addProperty("kind", "rejected");
      stored.addProperty("code", refused.code());
      stored.addProperty("message", refused.message());
      if (refused.details() != null) stored.addProperty("details", refused.details());
    } else {
      throw new IllegalArgumentException("a technical failure is never kept");
    }
    return stored.toString();
  }

  /** Null, where there is no answer, stays null. */
  static Outcome read(String text) {
    if (text == null) return null;
    JsonObject stored = Json.parseObject(text);
    String kind = stored.get("kind").getAsString();
    return switch (kind) {
      case "done" -> new Outcome.Done(stored.get("output").getAsString());
      case "pending" -> new Outcome.Accepted();
      case "rejected" ->
          new Outcome.Refused(
              stored.get("code").getAsString(),
              stored.get("message").getAsString(),
              stored.has("details") ? stored.get("details").getAsString() : null);
      default -> throw new IllegalStateException("the barrier's table has an answer of an unknown kind: " + kind);
    };
  }
}
