package io.backstitch.participant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.backstitch.Pending;
import io.backstitch.Rejected;
import io.backstitch.RetryAfter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What handlers may answer, and what they know. */
class AnswersFeaturesTest {
  private final Serving serving = new Serving();

  @AfterEach
  void end() throws Exception {
    serving.close();
  }

  /** The answers to a Do and an Undo whose handlers throw this, over both transports; all the same. */
  private void assertAnswer(Answer expected, RuntimeException thrown) throws Exception {
    Action action =
        Action.of(
            (input, context) -> {
              throw thrown;
            },
            (input, context) -> {
              throw thrown;
            });
    var server = serving.charge(action);
    for (Link.Way way : Link.Way.values()) {
      Link link = serving.connect(way, server);
      assertEquals(expected, link.ask(new Sending()));
      assertEquals(expected, link.ask(new Sending().undo("", "")));
    }
    assertEquals(List.of(), serving.heard.lines);
  }

  @Test
  @DisplayName("[answers.rejected] a refusal travels with code, message and details")
  void rejected() throws Exception {
    record Why(String why, int left) {}
    assertAnswer(Answer.rejected("DECLINED", "", null), new Rejected("DECLINED"));
    assertAnswer(
        Answer.rejected("DECLINED", "no money", Map.of("why", "ä\u0000\n", "left", 3L)),
        new Rejected("DECLINED", "no money", new Why("ä\u0000\n", 3)));
    assertThrows(IllegalArgumentException.class, () -> new Rejected(""));
    assertThrows(IllegalArgumentException.class, () -> new Rejected("X".repeat(101)));
    // The refusal matters more than what it carries.
    Map<String, Object> circle = new HashMap<>();
    circle.put("self", circle);
    assertAnswer(
        Answer.rejected("DECLINED", "no money (the output cannot be written as JSON)", null),
        new Rejected("DECLINED", "no money", circle));
    assertAnswer(Answer.rejected("DECLINED", "x".repeat(1_000), null), new Rejected("DECLINED", "x".repeat(2_000)));
  }

  @Test
  @DisplayName("[answers.retry_after] a delay before the next attempt travels with UNAVAILABLE")
  void retryAfter() throws Exception {
    assertAnswer(Answer.error(14, "busy", 1_500), new RetryAfter(Duration.ofMillis(1_500), "busy"));
    assertAnswer(Answer.error(14, "try again later", 1), new RetryAfter(Duration.ofNanos(1)));
    assertThrows(IllegalArgumentException.class, () -> new RetryAfter(Duration.ofMillis(-1)));
  }

  @Test
  @DisplayName("[answers.pending] work may be accepted, to be completed later")
  void pending() throws Exception {
    assertAnswer(Answer.PENDING, new Pending());
  }

  @Test
  @DisplayName("answers may also be returned")
  void returned() throws Exception {
    Action action = Action.of((input, context) -> new Rejected("NO"));
    assertEquals(
        Answer.rejected("NO", "", null), serving.connect(Link.Way.SERVE, serving.charge(action)).ask(new Sending()));
  }

  @Test
  @DisplayName("[context.metadata] a handler sees traceparent and what the saga's caller passed through")
  void metadata() throws Exception {
    Action action = Action.of((input, context) -> context.metadata());
    var server = serving.charge(action);
    for (Link.Way way : Link.Way.values()) {
      assertEquals(
          Answer.done(Map.of("traceparent", "00-1-2-01")), serving.connect(way, server).ask(new Sending()));
    }
  }

  @Test
  @DisplayName("[context.fields] a handler knows its saga, step, attempt, effect, deadline and token")
  void fields() throws Exception {
    List<DoContext> seen = new CopyOnWriteArrayList<>();
    Action action =
        Action.of(
            (input, context) -> {
              seen.add(context);
              return null;
            },
            (input, context) -> seen.add(context));
    var server = serving.charge(action);
    for (Link.Way way : Link.Way.values()) {
      Link link = serving.connect(way, server);
      long deadlineMs = System.currentTimeMillis() + 5_000;
      seen.clear();
      link.ask(new Sending().saga("s1").attempt(2).deadline(deadlineMs));
      link.ask(new Sending().saga("s1").undo("{\"amount\": 1}", "{\"id\": \"c\"}"));
      DoContext context = seen.get(0);
      assertEquals(
          List.of("default", "s1", "order", "pay", "charge", "s1/charge", "s1/charge/do", "token"),
          List.of(
              context.namespace(),
              context.sagaId(),
              context.definition(),
              context.step(),
              context.action(),
              context.effectId(),
              context.idempotencyKey(),
              context.completionToken()));
      assertEquals(3, context.version());
      assertEquals(2, context.attempt());
      assertEquals(OptionalInt.empty(), context.item());
      assertEquals(deadlineMs, context.deadline().orElseThrow().toEpochMilli());
      UndoContext undo = (UndoContext) seen.get(1);
      assertEquals("s1/charge", undo.effectId());
      assertEquals("s1/charge/undo", undo.idempotencyKey());
      assertEquals(Map.of("amount", 1L), undo.doInput());
      assertEquals(Map.of("id", "c"), undo.doOutput().orElseThrow());
    }
  }

  @ParameterizedTest
  @CsvSource({"s1/hold,", "s1/hold@2,", "s1/hold#0,0", "shop/s1/hold#12@1,12", "s1/hold#99999999999,"})
  @DisplayName("the item of a for-each step stands in its effect's id")
  void item(String effectId, Integer item) {
    var wire = io.backstitch.v1.CommandContext.newBuilder().setEffectId(effectId).build();
    Command command =
        new Command(io.backstitch.internal.Direction.DO, wire, Payload.NONE, Payload.NONE, Payload.NONE, Command.NEVER);
    OptionalInt expected = item == null ? OptionalInt.empty() : OptionalInt.of(item);
    assertEquals(expected, new CallContext(command, null).item());
  }
}
