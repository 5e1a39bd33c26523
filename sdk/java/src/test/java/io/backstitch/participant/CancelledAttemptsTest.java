package io.backstitch.participant;

import static io.backstitch.Until.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What comes after an attempt that was given up. */
class CancelledAttemptsTest {
  private final Serving serving = new Serving();

  @AfterEach
  void end() throws Exception {
    serving.close();
  }

  @Test
  @DisplayName("handlers hear that they are cancelled although they occupy all threads of their executor")
  void cancellationWithoutThreads() throws Exception {
    var one = Executors.newSingleThreadExecutor();
    serving.with(one::shutdownNow);
    CountDownLatch begun = new CountDownLatch(1);
    Action action =
        Action.of(
            (input, context) -> {
              if (context.attempt() == 2) return null;
              CountDownLatch cancelled = new CountDownLatch(1);
              context.onCancelled(cancelled::countDown);
              begun.countDown();
              cancelled.await();
              return null;
            });
    Participant participant = serving.participant().executor(one).action("charge", action);
    Link link = serving.connect(Link.Way.SERVE, serving.listen(participant));
    Link.Sent sent = link.send(new Sending().saga("same"));
    begun.await();
    sent.cancel().run();
    assertTrue(link.ask(new Sending().saga("same").attempt(2)).isDone());
  }

  @Test
  @DisplayName("an attempt that comes at once after one that was given up does not join it")
  void attemptAfterCancelled() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    Action action =
        Action.of(
            (input, context) -> {
              if (context.attempt() == 2) return Map.of("attempt", 2);
              CountDownLatch cancelled = new CountDownLatch(1);
              context.onCancelled(cancelled::countDown);
              runs.incrementAndGet();
              cancelled.await();
              throw new IllegalStateException("cancelled");
            });
    var server = serving.charge(action);
    for (Link.Way way : Link.Way.values()) {
      Link link = serving.connect(way, server);
      runs.set(0);
      for (int i = 1; i <= 100; i++) {
        int before = i;
        String saga = way + " " + i;
        Link.Sent hanging = link.send(new Sending().saga(saga));
        until("it runs", () -> runs.get() == before);
        hanging.cancel().run();
        assertEquals(Answer.done(Map.of("attempt", 2L)), link.ask(new Sending().saga(saga).attempt(2)));
      }
    }
  }
}
