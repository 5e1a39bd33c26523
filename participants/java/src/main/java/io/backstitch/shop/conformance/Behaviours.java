package io.backstitch.shop.conformance;

import io.backstitch.Pending;
import io.backstitch.Rejected;
import io.backstitch.RetryAfter;
import io.backstitch.participant.DoContext;
import io.backstitch.participant.UndoContext;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;

/** How handlers behave when they are told to. */
final class Behaviours {
  private Behaviours() {}

  /** Behaves as told; gives the output of a Do. Counts where {@code hang} sees that it is cancelled. */
  static Object behave(Told told, DoContext context, Counts.OfEffect counts) throws InterruptedException {
    boolean undo = context instanceof UndoContext;
    String behaviour = told.behaviour(undo, context.attempt());
    switch (behaviour) {
      case "reject" -> throw new Rejected(
          "CONFORMANCE_REFUSED", "refused as told", Map.of("why", "told", "text", "ä\u0000\n"));
      case "pending" -> throw new Pending();
      case "retry_after" -> throw new RetryAfter(Duration.ofMillis(1_500), "later");
      case "fail" -> throw new IllegalStateException("failed as told");
      // The worst that a handler can do here: it is no Exception.
      case "panic" -> throw new StackOverflowError("panicked as told");
      case "slow" -> Thread.sleep(told.takesMs());
      case "block" -> block(told.takesMs());
      case "hang" -> hang(context, counts);
      default -> {}
    }
    return undo ? null : outputOf(behaviour, context);
  }

  private static Object outputOf(String behaviour, DoContext context) {
    return switch (behaviour) {
      case "nothing" -> null;
      case "array" -> List.of(1);
      case "unencodable" -> Map.of("x", Thread.currentThread());
      case "nan" -> Map.of("x", Double.NaN);
      case "oversize" -> Map.of("x", "x".repeat(300_000));
      case "big_integer" -> Map.of("x", 9_007_199_254_740_993L);
      case "large" -> Map.of("x", "x".repeat(200_000));
      case "text" -> Map.of("text", "ä\u0000\n\u2028😀");
      default -> {
        Map<String, Object> output = new LinkedHashMap<>();
        output.put("id", UUID.randomUUID().toString());
        output.put("effect_id", context.effectId());
        output.put("attempt", context.attempt());
        yield output;
      }
    };
  }

  private static void block(long ms) {
    long until = System.nanoTime() + ms * 1_000_000;
    while (System.nanoTime() < until) Thread.onSpinWait();
  }

  private static void hang(DoContext context, Counts.OfEffect counts) throws InterruptedException {
    CountDownLatch cancelled = new CountDownLatch(1);
    context.onCancelled(cancelled::countDown);
    cancelled.await();
    counts.aborted.incrementAndGet();
    throw new IllegalStateException("gave up waiting, as told");
  }
}
