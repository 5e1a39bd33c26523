package io.backstitch.participant;

import static io.backstitch.Until.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What becomes of calls, over either transport. */
class CallFeaturesTest {
  private final Serving serving = new Serving();

  @AfterEach
  void end() throws Exception {
    serving.close();
  }

  @Test
  @DisplayName("[participant.joins_duplicates] concurrent duplicates run once and all get the answer")
  void joinsDuplicates() throws Exception {
    for (Link.Way way : Link.Way.values()) {
      AtomicInteger runs = new AtomicInteger();
      CountDownLatch begun = new CountDownLatch(1);
      CountDownLatch gate = new CountDownLatch(1);
      Action slow =
          Action.of(
              (input, context) -> {
                int run = runs.incrementAndGet();
                begun.countDown();
                gate.await();
                return Map.of("run", run);
              });
      var server = serving.charge(slow);
      Link link = serving.connect(way, server);
      Link other = serving.connect(Link.Way.UNARY, server);
      List<Link.Sent> sent = new ArrayList<>(List.of(link.send(new Sending().saga("dup"))));
      begun.await();
      sent.add(link.send(new Sending().saga("dup").attempt(2)));
      sent.add(other.send(new Sending().saga("dup").attempt(3)));
      link.ask(Sending.to("ping"));
      other.ask(Sending.to("ping"));
      gate.countDown();
      for (Link.Sent command : sent) assertEquals(Answer.done(Map.of("run", 1L)), command.get());
      assertEquals(Answer.done(Map.of("run", 2L)), link.ask(new Sending().saga("dup")));
    }
  }

  @Test
  @DisplayName("[participant.deadline] a call past its deadline never runs; the timeout counts from the receipt")
  void deadline() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    List<Instant> deadlines = new CopyOnWriteArrayList<>();
    Action action =
        Action.of(
            (input, context) -> {
              runs.incrementAndGet();
              deadlines.add(context.deadline().orElse(Instant.MAX));
              return null;
            });
    var server = serving.charge(action);
    for (Link.Way way : Link.Way.values()) {
      Link link = serving.connect(way, server);
      long now = System.currentTimeMillis();
      runs.set(0);
      deadlines.clear();
      assertEquals(4, link.ask(new Sending().deadline(now - 1)).status());
      assertEquals(4, link.ask(new Sending().deadline(now + 60_000).timeout(0)).status());
      assertEquals(0, runs.get());
      assertTrue(link.ask(new Sending().deadline(now + 60_000)).isDone());
      assertTrue(link.ask(new Sending().deadline(now - 60_000).timeout(5_000)).isDone());
      assertTrue(link.ask(new Sending()).isDone());
      assertEquals(Instant.ofEpochMilli(now + 60_000), deadlines.get(0));
      assertFalse(deadlines.get(1).isBefore(Instant.ofEpochMilli(now + 5_000)));
      assertTrue(deadlines.get(1).isBefore(Instant.ofEpochMilli(now + 15_000)));
      assertEquals(Instant.MAX, deadlines.get(2));
    }
  }

  @Test
  @DisplayName("[participant.cancellation] a handler hears that nobody wants its answer, or its deadline passed")
  void cancellation() throws Exception {
    for (Link.Way way : Link.Way.values()) {
      CountDownLatch begun = new CountDownLatch(1);
      CountDownLatch heard = new CountDownLatch(1);
      Action action =
          Action.of(
              (input, context) -> {
                CountDownLatch cancelled = new CountDownLatch(1);
                context.onCancelled(cancelled::countDown);
                assertFalse(context.isCancelled());
                begun.countDown();
                cancelled.await();
                assertTrue(context.isCancelled());
                heard.countDown();
                return Map.of("cancelled", true);
              });
      Link link = serving.connect(way, serving.charge(action));
      Link.Sent sent = link.send(new Sending());
      begun.await();
      sent.cancel().run();
      assertTrue(heard.await(5, TimeUnit.SECONDS));
      assertTrue(link.ask(Sending.to("ping")).isDone());
      Answer late = link.ask(new Sending().timeout(100));
      assertEquals(Answer.done(Map.of("cancelled", true)), late);
    }
  }

  @Test
  @DisplayName("[participant.unknown_action] an unknown action or Undo is UNIMPLEMENTED, and the known ones are named")
  void unknownAction() throws Exception {
    var server = serving.charge(Action.of((input, context) -> null));
    for (Link.Way way : Link.Way.values()) {
      Link link = serving.connect(way, server);
      String served = "; served here: charge, ping";
      assertEquals(Answer.error(12, "no such action: \"steal\"" + served, 0), link.ask(Sending.to("steal")));
      Answer undo = link.ask(new Sending().undo("", ""));
      assertEquals(Answer.error(12, "this action has no undo: \"charge\"" + served, 0), undo);
      assertEquals(3, link.ask(new Sending().idempotencyKey("")).status());
    }
  }

  @Test
  @DisplayName("[participant.failing_handler] exceptions and errors of any kind are UNKNOWN, and serving goes on")
  void failingHandler() throws Exception {
    var failures =
        Map.<String, Throwable>of(
            "exception", new IllegalStateException("the ledger is gone"),
            "checked", new java.io.IOException("x".repeat(5_000)),
            "error", new StackOverflowError("too deep"),
            "assertion", new AssertionError("not so"),
            "silent", new NullPointerException(),
            "unspeakable",
                new RuntimeException() {
                  @Override
                  public String getMessage() {
                    throw new StackOverflowError();
                  }
                });
    Action action =
        Action.of(
            (input, context) -> {
              Throwable failure = failures.get((String) input.get("kind"));
              if (failure instanceof Error error) throw error;
              throw (Exception) failure;
            });
    var server = serving.charge(action);
    for (Link.Way way : Link.Way.values()) {
      Link link = serving.connect(way, server);
      assertEquals(Answer.error(2, "the ledger is gone", 0), link.ask(kind("exception")));
      assertEquals(Answer.error(2, "x".repeat(1_000), 0), link.ask(kind("checked")));
      assertEquals(Answer.error(2, "too deep", 0), link.ask(kind("error")));
      assertEquals(Answer.error(2, "not so", 0), link.ask(kind("assertion")));
      assertEquals(2, link.ask(kind("silent")).status());
      assertEquals(2, link.ask(kind("unspeakable")).status());
      assertTrue(link.ask(Sending.to("ping")).isDone());
    }
  }

  private static Sending kind(String kind) {
    return new Sending().input("{\"kind\": \"" + kind + "\"}");
  }

  @Test
  @DisplayName("[participant.bad_output] an output that is no JSON object or too large is INTERNAL, and serving goes on")
  void badOutput() throws Exception {
    Map<String, Object> circle = new HashMap<>();
    circle.put("self", circle);
    List<Object> outputs =
        List.of(
            List.of(1),
            "text",
            5,
            circle,
            Map.of("x", new Thread()),
            Map.of("x", Double.NaN),
            Map.of("x", Float.POSITIVE_INFINITY),
            Map.of("x", 9_007_199_254_740_993L),
            Map.of("x", List.of(new java.math.BigInteger("-9007199254740993"))),
            Map.of("x", new java.math.BigDecimal("9007199254740993.0")),
            Map.of("x", new java.math.BigDecimal("1E+400")),
            new Unreadable(),
            Map.of("x", "x".repeat(300_000)),
            Map.of("x", "ä".repeat(150_000)));
    Action action = Action.of((input, context) -> outputs.get(((Long) input.get("i")).intValue()));
    Map<String, Object> most = Map.of("x", "x".repeat(200_000), "n", 9_007_199_254_740_991L, "d", 1e300);
    Action large = Action.of((input, context) -> most);
    var server = serving.listen(serving.participant().action("charge", action).action("large", large));
    for (Link.Way way : Link.Way.values()) {
      Link link = serving.connect(way, server);
      for (int i = 0; i < outputs.size(); i++) {
        Answer answer = link.ask(new Sending().input("{\"i\": " + i + "}"));
        assertEquals(13, answer.status(), "output " + i);
      }
      Answer fine = link.ask(Sending.to("large"));
      assertEquals(9_007_199_254_740_991L, fine.output().get("n"));
      assertEquals(1e300, fine.output().get("d"));
    }
  }

  /** As a map may be that others change while it is written. */
  private static final class Unreadable extends AbstractMap<String, Object> {
    @Override
    public Set<Entry<String, Object>> entrySet() {
      throw new ConcurrentModificationException();
    }
  }

  @Test
  @DisplayName("[participant.blocking_handler] handlers that block their threads do not stop other calls")
  void blockingHandler() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    AtomicInteger begun = new AtomicInteger();
    Action blocking =
        Action.of(
            (input, context) -> {
              begun.incrementAndGet();
              gate.await();
              return null;
            });
    var server = serving.charge(blocking);
    List<Link.Sent> blocked = new ArrayList<>();
    for (Link.Way way : Link.Way.values()) {
      Link link = serving.connect(way, server);
      for (int i = 0; i < 100; i++) blocked.add(link.send(new Sending()));
    }
    until("all of them run", () -> begun.get() == 200);
    for (Link.Way way : Link.Way.values()) {
      assertTrue(serving.connect(way, server).ask(Sending.to("ping")).isDone());
    }
    gate.countDown();
    for (Link.Sent sent : blocked) assertTrue(sent.get().isDone());
  }

  @Test
  @DisplayName("[participant.logging] a failure is logged with saga, step, action and attempt, without payloads")
  void logging() throws Exception {
    Action action =
        Action.of(
            (input, context) -> {
              if (input.containsKey("bad")) return List.of(input);
              throw new IllegalStateException("the ledger is gone");
            });
    var server = serving.charge(action);
    Link link = serving.connect(Link.Way.SERVE, server);
    link.ask(new Sending().saga("s\n2").attempt(4).input("{\"secret\": \"4242\"}"));
    link.ask(new Sending().saga("s3").input("{\"bad\": \"4242\"}"));
    link.ask(new Sending().input("{\"secret\": 4242"));
    assertEquals(3, serving.heard.lines.size());
    assertEquals(
        "ERROR a handler failed: namespace=\"default\" saga_id=\"s\\n2\" step=\"pay\" action=\"charge\" direction=do"
            + " attempt=4 java.lang.IllegalStateException: the ledger is gone",
        serving.heard.lines.get(0));
    assertTrue(serving.heard.lines.get(1).contains("the output is not a JSON object"), serving.heard.lines::toString);
    assertFalse(serving.heard.lines.toString().contains("4242"));
  }
}
