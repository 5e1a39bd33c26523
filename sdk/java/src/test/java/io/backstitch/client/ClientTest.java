package io.backstitch.client;

import static io.backstitch.client.ScriptedSagas.COMPLETED;
import static io.backstitch.client.ScriptedSagas.RUNNING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import io.backstitch.v1.CancelSagaRequest;
import io.backstitch.v1.SagaView;
import io.backstitch.v1.StartSagaRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client against a server that answers as each test says. */
@Timeout(20)
class ClientTest {
  private final List<AutoCloseable> open = new ArrayList<>();
  private final ScriptedSagas script = new ScriptedSagas();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : open) resource.close();
  }

  private Client connect() throws Exception {
    ScriptedServer server = new ScriptedServer(script);
    Client client = Client.connect(server.address());
    open.add(client);
    open.add(server);
    return client;
  }

  @Test
  @DisplayName("starting a saga sends what was asked for, and gives the saga as a record")
  void start() throws Exception {
    io.backstitch.v1.SagaStep step =
        io.backstitch.v1.SagaStep.newBuilder()
            .setName("reserve")
            .setStatus(io.backstitch.v1.StepStatus.STEP_STATUS_WAITING)
            .setWaitReasonValue(77)
            .setAttempt(2)
            .setArmed(true)
            .build();
    script.saga =
        call ->
            RUNNING.toBuilder()
                .setNamespace("shop")
                .setCreatedAt(Timestamp.newBuilder().setSeconds(1_700_000_000).setNanos(5_000_000))
                .addSteps(step)
                .build();
    ScriptedServer server = new ScriptedServer(script);
    open.add(server);
    try (Client client = Client.connect(ClientOptions.of(server.address()).namespace("shop").token("t0k"))) {
      StartOptions options =
          StartOptions.defaults()
              .sagaId("s1")
              .requestId("r1")
              .version(2)
              .labels(Map.of("customer", "c1"))
              .metadata(Map.of("traceparent", "00-1-2-01"))
              .deadline(Duration.ofMillis(1500))
              .view(View.BRIEF);
      Saga saga = client.start("order", Map.of("amount", 5), options).saga();
      assertEquals(Instant.ofEpochMilli(1_700_000_000_005L), saga.createdAt());
      assertEquals(StepStatus.WAITING, saga.step("reserve").status());
      assertEquals(WaitReason.UNRECOGNIZED, saga.step("reserve").waitReason());
      assertEquals(2, saga.step("reserve").attempt());
    }
    StartSagaRequest expected =
        StartSagaRequest.newBuilder()
            .setNamespace("shop")
            .setDefinition("order")
            .setVersion(2)
            .setSagaId("s1")
            .setInput(Struct.newBuilder().putFields("amount", Value.newBuilder().setNumberValue(5).build()))
            .putLabels("customer", "c1")
            .putMetadata("traceparent", "00-1-2-01")
            .setDeadline(com.google.protobuf.Duration.newBuilder().setSeconds(1).setNanos(500_000_000))
            .setRequestId("r1")
            .setView(SagaView.SAGA_VIEW_BRIEF)
            .build();
    assertEquals(List.of(expected), script.starts);
    assertEquals(List.of("Bearer t0k"), server.authorizations);
  }

  @Test
  @DisplayName("waiting asks again, for a minute at a time, until the saga is final")
  void waiting() throws Exception {
    script.saga = call -> call < 3 ? RUNNING : COMPLETED;
    Client client = connect();
    assertEquals(SagaStatus.COMPLETED, client.waitFor("s1").status());
    assertEquals(List.of(60L, 60L, 60L), script.gets.stream().map(get -> get.getWait().getSeconds()).toList());
  }

  @Test
  @DisplayName("starting and cancelling with a wait go on waiting where one call is not enough")
  void startAndCancelWait() throws Exception {
    script.saga = call -> call < 2 ? RUNNING : COMPLETED;
    Client client = connect();
    Started started = client.start("order", Map.of(), StartOptions.defaults().waitFor(Duration.ofMinutes(5)));
    assertEquals(new Started(Plain.saga(COMPLETED), true), started);
    // It is the same start that is repeated: where the store has lost the saga meanwhile, it begins anew.
    assertEquals(script.starts.get(0).getRequestId(), script.starts.get(1).getRequestId());

    CancelOptions options =
        CancelOptions.defaults()
            .reason("wrong size")
            .identity("ann")
            .expectedRevision(7)
            .waitFor(Duration.ofMinutes(5));
    assertEquals(SagaStatus.COMPLETED, client.cancel("s1", options).status());
    CancelSagaRequest cancel = script.cancels.get(0);
    assertEquals(List.of("wrong size", "ann"), List.of(cancel.getReason(), cancel.getIdentity()));
    assertEquals(List.of(7L, 60L), List.of(cancel.getExpectedRevision(), cancel.getWait().getSeconds()));
    assertTrue(!cancel.getRequestId().isEmpty());
  }

  @Test
  @DisplayName("payloads may be nested as deep as the orchestrator allows, in items of a step too")
  void deep() throws Exception {
    Value.Builder nested = Value.newBuilder().setStringValue("here");
    for (int i = 0; i < 64; i++) {
      nested = Value.newBuilder().setStructValue(Struct.newBuilder().putFields("a", nested.build()));
    }
    Struct output = nested.getStructValue();
    script.saga =
        call -> RUNNING.toBuilder().addSteps(io.backstitch.v1.SagaStep.newBuilder().setOutput(output)).build();
    Object at = connect().get("s1").steps().get(0).output();
    for (int i = 0; i < 64; i++) at = ((Map<?, ?>) at).get("a");
    assertEquals("here", at);
  }

  @Test
  @DisplayName("whatever is caught becomes a BackstitchException once")
  void from() {
    BackstitchException error = BackstitchException.from(new IllegalStateException("odd"));
    assertEquals(List.of("UNKNOWN", "UNKNOWN", "odd"), List.of(error.code(), error.status(), error.getMessage()));
    assertSame(error, BackstitchException.from(error));
  }

  @Test
  @DisplayName("certificates that cannot be read, or lack their key, are refused")
  void certificates() {
    ClientOptions options = ClientOptions.of("127.0.0.1:1").tls(ClientTls.defaults().ca("no PEM"));
    assertThrows(IllegalArgumentException.class, () -> Client.connect(options));
    assertThrows(NullPointerException.class, () -> ClientTls.defaults().certificate("pem", null));
  }
}
