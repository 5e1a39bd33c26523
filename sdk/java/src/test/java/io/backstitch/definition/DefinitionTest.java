package io.backstitch.definition;

import static io.backstitch.definition.SagaBuilder.saga;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.util.JsonFormat;
import io.backstitch.v1.SagaDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DefinitionTest {
  /** Made by the builder of the TypeScript SDK; the same for all languages. */
  private static final Path GOLDEN =
      Path.of(System.getProperty("basedir", "."), "..", "..", "test", "conformance", "definition.json");

  private static final SagaBuilder STAY =
      saga("stay")
          .description("A stay at a host's place: booked, agreed on, paid and looked back on.")
          .labels(Map.of("team", "homes", "tier", "1"))
          .deadline(Duration.ofDays(40))
          .retention(Duration.ofDays(7))
          .lock("input.listing_id", lock -> lock.name("dates").whenHeld(WhenHeld.WAIT))
          .output(
              Map.of(
                  "booking", "steps.book.output.id",
                  "nights", List.of("steps.nights.output.items"),
                  "guests", 2))
          .call(
              "book",
              "booking.create",
              call ->
                  call.timeout(Duration.ofMillis(2500))
                      .retry(
                          retry ->
                              retry.maxAttempts(3)
                                  .initial(Duration.ofMillis(200))
                                  .multiplier(1.5)
                                  .max(Duration.ofSeconds(5)))
                      .undo(
                          undo ->
                              undo.input(Map.of("why", "'cancelled'"))
                                  .timeout(Duration.ofSeconds(5))
                                  .retry(retry -> retry.maxAttempts(50))))
          .call("quote", "pricing.quote", call -> call.noUndo().after().onFailure(OnFailure.COMPENSATE))
          .forEach(
              "nights",
              "input.nights",
              "calendar.hold",
              call ->
                  call.input(Map.of("night", "item", "place", "index"))
                      .timeout(Duration.ofSeconds(4))
                      .concurrency(4)
                      .after("book", "quote")
                      .onFailure(OnFailure.SUSPEND))
          .call(
              "authorize",
              "payment.authorize",
              call ->
                  call.input(Map.of("amount", "input.amount"))
                      .retry(
                          retry ->
                              retry.maxAttempts(9)
                                  .schedule(
                                      Duration.ZERO,
                                      Duration.ofSeconds(1),
                                      Duration.ofSeconds(5),
                                      Duration.ofSeconds(30)))
                      .completionTimeout(Duration.ofHours(1))
                      .heartbeatTimeout(Duration.ofSeconds(30))
                      .goBack("nights"))
          .await(
              "host",
              "host_answered",
              wait ->
                  wait.condition("signal.listing_id == input.listing_id")
                      .reject("!signal.accepted")
                      .timeout(Duration.ofDays(1))
                      .goBack("authorize", 2, "HOST_BUSY", "SIGNAL_TIMEOUT"))
          .call("capture", "payment.capture", call -> call.when("input.amount > 0").pivot())
          .sleepUntil(
              "eve", "timestamp(input.check_in) - duration('24h')", sleep -> sleep.when("input.remind"))
          .call("remind", "mail.remind", call -> call.noUndo().onFailure(OnFailure.CONTINUE))
          .sleep("stayed", Duration.ofDays(2))
          .call("pay_out", "payment.pay_out", call -> call.onFailure(OnFailure.RETRY))
          .saga(
              "review",
              "review",
              saga ->
                  saga.version(2)
                      .input(Map.of("booking", "steps.book.output.id"))
                      .after("capture", "stayed")
                      .onFailure(OnFailure.CONTINUE));

  private static SagaDefinition read(String json) throws IOException {
    SagaDefinition.Builder message = SagaDefinition.newBuilder();
    JsonFormat.parser().merge(json, message);
    return message.build();
  }

  @Test
  @DisplayName("[definition.builder] all that a definition can say makes the same message as in TypeScript")
  void golden() throws IOException {
    SagaDefinition golden = read(Files.readString(GOLDEN));
    assertEquals(golden, STAY.build());
    assertEquals(golden, read(STAY.toJson()));
  }

  @Test
  @DisplayName("a builder may be branched: adding to it leaves the shorter one as it was")
  void aBuilderMayBeBranched() {
    SagaBuilder base = saga("base").call("a", "p.a");
    base.call("b", "p.b");
    base.deadline(Duration.ofHours(1));
    assertEquals(1, base.build().getStepsCount());
    assertFalse(base.build().hasDeadline());
  }

  @Test
  @DisplayName("what is not said is left to the server")
  void shortForms() throws IOException {
    SagaDefinition ride =
        saga("ride")
            .lock("input.rider")
            .call("match", "drivers.match.first")
            .await("arrival", "driver_arrived")
            .sleepUntil("pause", "input.at")
            .sleep("rest", Duration.ofMillis(1500), sleep -> sleep.after("match"))
            .forEach("stops", "input.stops", "drivers.visit")
            .saga("after", "aftercare")
            .build();
    String json =
        """
        {"name": "ride", "lock": {"key": "input.rider"}, "steps": [
          {"name": "match", "call": {"participant": "drivers", "action": "match.first"}},
          {"name": "arrival", "await": {"signal": "driver_arrived"}},
          {"name": "pause", "sleep": {"timestamp": "input.at"}},
          {"name": "rest", "sleep": {"duration": "1.500s"}, "after": {"steps": ["match"]}},
          {"name": "stops", "forEach": {"items": "input.stops", "call": {"participant": "drivers", "action": "visit"}}},
          {"name": "after", "saga": {"definition": "aftercare"}}]}
        """;
    assertEquals(read(json), ride);
  }

  @Test
  @DisplayName("a target without participant or action is refused")
  void targetsWithoutParticipantOrActionAreRefused() {
    for (String target : List.of("reserve", ".reserve", "inventory.", "")) {
      assertThrows(IllegalArgumentException.class, () -> saga("s").call("a", target));
      assertThrows(IllegalArgumentException.class, () -> saga("s").forEach("a", "input.items", target));
    }
  }

  @Test
  @DisplayName("a negative duration is refused")
  void negativeDurationsAreRefused() {
    Duration negative = Duration.ofSeconds(-1);
    Consumer<CallOptions> timeout = call -> call.timeout(negative);
    assertThrows(IllegalArgumentException.class, () -> saga("s").call("a", "p.a", timeout));
    assertThrows(IllegalArgumentException.class, () -> saga("s").sleep("a", negative));
    assertThrows(IllegalArgumentException.class, () -> saga("s").deadline(negative));
    Consumer<CallOptions> retry = call -> call.retry(r -> r.schedule(Duration.ZERO, negative));
    assertThrows(IllegalArgumentException.class, () -> saga("s").call("a", "p.a", retry));
  }

  @Test
  @DisplayName("a mapping that JSON cannot hold is refused, with its field")
  void mappingsThatJsonCannotHoldNameTheirField() {
    Map<String, Object> mapping = Map.of("a", List.of(1, Double.NaN));
    Consumer<CallOptions> input = call -> call.input(mapping);
    var error = assertThrows(IllegalArgumentException.class, () -> saga("s").call("a", "p.a", input));
    assertEquals("input.a[1] is not a finite number", error.getMessage());
  }
}
