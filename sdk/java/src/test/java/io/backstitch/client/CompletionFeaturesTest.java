package io.backstitch.client;

import static io.backstitch.definition.SagaBuilder.saga;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.backstitch.Rejected;
import io.backstitch.v1.CommandContext;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Work that a participant has accepted, against an orchestrator. */
class CompletionFeaturesTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String PRINTING = Harness.unique("printing");

  private static final PendingParticipant participant = new PendingParticipant();
  private static ScriptedServer server;
  private static Client client;

  /** Before each, as one that is missing an orchestrator says so. */
  @BeforeEach
  void start() throws Exception {
    if (server != null) return;
    String port = Harness.given("BACKSTITCH_PARTICIPANT_PORT");
    client = Harness.connect();
    server = new ScriptedServer(Integer.parseInt(port), participant);
    client.register(
        saga(PRINTING)
            .call(
                "print",
                "sdk.print",
                // Until the orchestrator has found the port open; so seldom that its breaker stays closed.
                call -> call.retry(retry -> retry.schedule(Duration.ofMillis(400)).maxAttempts(100)))
            .build());
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) server.close();
    if (client != null) client.close();
  }

  private static String begin() {
    return client.start(PRINTING).saga().sagaId();
  }

  @Test
  @DisplayName("[client.complete] accepted work is done, refused, or failed and tried again")
  void complete() throws Exception {
    String done = begin();
    String token = participant.next(done).getCompletionToken();
    client.complete(token, StepOutcome.done(Map.of("pages", 2)));
    assertEquals(Map.of("pages", 2L), client.waitFor(done, SOON).step("print").output());
    client.complete(token, StepOutcome.done(Map.of("pages", 2)));
    var other = assertThrows(BackstitchException.class, () -> client.complete(token, StepOutcome.done()));
    assertEquals("COMPLETION_REFUSED", other.code());

    String refused = begin();
    Map<String, Object> details = Map.of("why", "ä\u0000\n");
    client.complete(
        participant.next(refused).getCompletionToken(), StepOutcome.rejected("NO_PAPER", "none left", details));
    Saga ended = client.waitFor(refused, SOON);
    assertEquals(SagaStatus.COMPENSATED, ended.status());
    assertEquals(new Failure(FailureKind.REJECTED, "NO_PAPER", "none left", details, "print"), ended.failure());

    String failing = begin();
    CommandContext first = participant.next(failing);
    client.complete(first.getCompletionToken(), StepOutcome.failed("jammed"), "r1");
    CommandContext second = participant.next(failing);
    assertTrue(second.getAttempt() > first.getAttempt());
    client.complete(second.getCompletionToken(), StepOutcome.rejected(new Rejected("GIVEN_UP")));
    assertEquals("GIVEN_UP", client.waitFor(failing, SOON).failure().code());
  }

  @Test
  @DisplayName("[client.heartbeat] a heartbeat learns whether the saga still wants the work")
  void heartbeat() throws Exception {
    String id = begin();
    String token = participant.next(id).getCompletionToken();
    assertFalse(client.heartbeat(token).cancelled());
    CancelOptions over = CancelOptions.defaults().reason("over").waitFor(SOON);
    assertEquals(SagaStatus.COMPENSATED, client.cancel(id, over).status());
    assertTrue(client.heartbeat(token).cancelled());
    var forged = assertThrows(BackstitchException.class, () -> client.heartbeat("forged"));
    assertEquals("INVALID_REQUEST", forged.code());
  }

  @Test
  @DisplayName("metadata goes through to the participant")
  void metadata() throws Exception {
    String traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    Map<String, String> metadata = Map.of("traceparent", traceparent, "tracestate", "a=b");
    StartOptions traced = StartOptions.defaults().metadata(metadata);
    String id = client.start(PRINTING, Map.of(), traced).saga().sagaId();
    CommandContext context = participant.next(id);
    assertEquals(traceparent, context.getMetadataMap().get("traceparent"));
    assertEquals("a=b", context.getMetadataMap().get("tracestate"));
    client.complete(context.getCompletionToken(), StepOutcome.done());
    assertEquals(SagaStatus.COMPLETED, client.waitFor(id, SOON).status());
  }
}
