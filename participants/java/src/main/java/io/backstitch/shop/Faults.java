package io.backstitch.shop;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import io.backstitch.Rejected;
import io.backstitch.participant.Action;
import io.backstitch.participant.DoContext;
import io.backstitch.participant.UndoContext;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/**
 * The switchboard of faults: everything that can go wrong between a participant and its orchestrator, for
 * demonstrations and tests. It wraps finished actions from outside the barrier, so that business code knows nothing of
 * it. Faults come from {@code --faults} for every call, and from a saga's metadata for that saga alone:
 *
 * <pre>{"create_label": {"hang": 9}, "create_label.undo": {"fail": 3}}</pre>
 *
 * <p>A key is an action, meant in its Do, or {@code <action>.undo}. What comes as a number of attempts hits the first
 * so many attempts of a call; counting by the attempt's number, it means the same after the participant was killed.
 */
public final class Faults {
  /** The metadata key under which a saga brings faults of its own. */
  private static final String METADATA_KEY = "shop-faults";

  /** Longer than an orchestrator may take to notice that a deadline has passed. */
  private static final long NOTICED_MS = 100;

  private static final Gson GSON = new Gson();

  private final JsonObject always;

  private Faults(JsonObject always) {
    this.always = always;
  }

  /**
   * Reads faults; null or empty text has none.
   *
   * @throws IllegalArgumentException for what is not a JSON object
   */
  static Faults parse(String text) {
    return new Faults(object(text));
  }

  /** The same action, suffering the faults named for it. */
  Action wrap(String name, Action action) {
    return action.around(
        (context, work) -> {
          String key = context instanceof UndoContext ? name + ".undo" : name;
          return suffer(faultOf(key, context), context, work);
        });
  }

  private Fault faultOf(String key, DoContext context) {
    JsonObject fault = new JsonObject();
    for (JsonObject all : new JsonObject[] {always, object(context.metadata().get(METADATA_KEY))}) {
      JsonElement own = all.get(key);
      if (own != null) own.getAsJsonObject().entrySet().forEach(entry -> fault.add(entry.getKey(), entry.getValue()));
    }
    return GSON.fromJson(fault, Fault.class);
  }

  private static Object suffer(Fault fault, DoContext context, Callable<Object> work) throws Exception {
    int attempt = context.attempt();
    if (fault.delayMs() > 0) Thread.sleep(fault.delayMs());
    if (fault.reject() != null) throw new Rejected(fault.reject(), "refused by a fault switch");
    if (attempt <= fault.fail()) throw new IllegalStateException("failed by a fault switch");
    if (fault.failUntil() != null && Clock.now().isBefore(Instant.parse(fault.failUntil()))) {
      throw new IllegalStateException("down by a fault switch");
    }
    Object result = work.call();
    if (fault.twice()) result = work.call();
    if (attempt <= fault.die()) die();
    if (fault.slowAnswerMs() > 0) Thread.sleep(fault.slowAnswerMs());
    if (attempt <= fault.hang()) waitUntilGivenUp(context);
    return result;
  }

  /** Java has no signals to send, and its own ends would run the hooks of an orderly one. */
  private static void die() throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-KILL", Long.toString(ProcessHandle.current().pid())).start();
    new CountDownLatch(1).await();
  }

  /** Waits until nobody expects the answer any more, then fails. */
  private static void waitUntilGivenUp(DoContext context) throws InterruptedException {
    CountDownLatch cancelled = new CountDownLatch(1);
    context.onCancelled(cancelled::countDown);
    cancelled.await();
    Thread.sleep(NOTICED_MS);
    throw new IllegalStateException("the answer was held back by a fault switch");
  }

  private static JsonObject object(String text) {
    if (text == null || text.isEmpty()) return new JsonObject();
    try {
      JsonElement value = GSON.fromJson(text, JsonElement.class);
      if (value != null && value.isJsonObject()) return value.getAsJsonObject();
    } catch (JsonParseException fault) {
      // Said below.
    }
    throw new IllegalArgumentException("faults are a JSON object");
  }
}
