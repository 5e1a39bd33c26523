package io.backstitch.client;

import static io.backstitch.definition.SagaBuilder.saga;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.backstitch.v1.SagaDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Each feature against an orchestrator. */
class ClientFeaturesTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  /** Waits for a signal, and gives it. */
  private static final String ASKING = Harness.unique("asking");

  private static Client client;

  record Order(String sku, long qty, List<Integer> sizes, Address address) {}

  record Address(String street, Double floor) {}

  /** Before each, as one that is missing an orchestrator says so. */
  @BeforeEach
  void connect() {
    if (client != null) return;
    client = Harness.connect();
    client.register(
        saga(ASKING)
            .await("answer", "answered", wait -> wait.reject("has(signal.code)"))
            .output(Map.of("given", "steps.answer.output", "asked", "input"))
            .build());
  }

  @AfterAll
  static void close() {
    if (client != null) client.close();
  }

  private static void assertFailsWith(String code, String status, Runnable call) {
    var error = assertThrows(BackstitchException.class, call::run);
    assertEquals(List.of(code, status), List.of(error.code(), error.status()));
    assertFalse(error.getMessage().isEmpty());
  }

  @Test
  @DisplayName("[client.start] the same id with the same content gives the saga that exists")
  void start() {
    String id = Harness.unique("order");
    Order order = new Order("A1", 9_007_199_254_740_991L, List.of(1, 2), new Address("Main St", 1.5));
    StartOptions options =
        StartOptions.defaults().sagaId(id).labels(Map.of("customer", "c1")).version(1).deadline(Duration.ofHours(1));
    Started first = client.start(ASKING, order, options);
    assertTrue(first.started());
    assertEquals(id, first.saga().sagaId());
    assertEquals(SagaStatus.RUNNING, first.saga().status());
    assertEquals(Direction.FORWARD, first.saga().direction());
    assertEquals(Map.of("customer", "c1"), first.saga().labels());
    assertTrue(first.saga().deadline().isAfter(Instant.now()));
    Map<String, Object> input =
        Map.of(
            "sku", "A1",
            "qty", 9_007_199_254_740_991L,
            "sizes", List.of(1L, 2L),
            "address", Map.of("street", "Main St", "floor", 1.5));
    assertEquals(input, first.saga().input());

    assertFalse(client.start(ASKING, input, options).started());
    assertFailsWith("SAGA_ID_IN_USE", "ALREADY_EXISTS", () -> client.start(ASKING, Map.of(), options));
    assertTrue(client.start(ASKING).started());
  }

  @Test
  @DisplayName("a start may wait for the saga's end")
  void startAndWait() {
    String name = Harness.unique("nap");
    client.register(saga(name).sleep("nap", Duration.ofMillis(100)).output(Map.of("of", "input.who")).build());
    Map<String, String> who = Map.of("who", "ä\u0000\n\u2028😀");
    Saga ended = client.start(name, who, StartOptions.defaults().waitFor(SOON)).saga();
    assertEquals(SagaStatus.COMPLETED, ended.status());
    assertEquals(Map.of("of", "ä\u0000\n\u2028😀"), ended.output());
    assertEquals(StepStatus.DONE, ended.step("nap").status());
    assertTrue(ended.isFinal());
  }

  @Test
  @DisplayName("[client.get] a saga is a record, without payloads in a brief view")
  void get() {
    String id = client.start(ASKING, Map.of("amount", 5, "share", 0.5)).saga().sagaId();
    Saga saga = client.get(id);
    assertEquals("default", saga.namespace());
    assertEquals(ASKING, saga.definition());
    assertEquals(1, saga.version());
    assertEquals(Map.of("amount", 5L, "share", 0.5), saga.input());
    assertTrue(Duration.between(saga.createdAt(), Instant.now()).abs().compareTo(Duration.ofMinutes(1)) < 0);
    assertEquals("answered", saga.step("answer").signal());
    assertNull(saga.finishedAt());
    assertNull(client.get(id, View.BRIEF).input());
  }

  @Test
  @DisplayName("[client.wait] a wait gives the final saga, or the saga as it is when the time is over")
  void waitFor() {
    String id = client.start(ASKING).saga().sagaId();
    assertEquals(SagaStatus.RUNNING, client.waitFor(id, Duration.ofMillis(50)).status());
    client.signal(id, "answered");
    assertEquals(SagaStatus.COMPLETED, client.waitFor(id, SOON).status());
    assertEquals(SagaStatus.COMPLETED, client.waitFor(id).status());
  }

  @Test
  @DisplayName("[client.watch] a watch gives the saga now and at every change until it is final")
  void watch() {
    String id = client.start(ASKING).saga().sagaId();
    List<Saga> seen = new ArrayList<>();
    try (SagaWatch watch = client.watch(id)) {
      for (Saga saga : watch) {
        if (seen.isEmpty()) client.signal(id, "answered", Map.of("yes", true));
        seen.add(saga);
      }
    }
    assertEquals(SagaStatus.RUNNING, seen.get(0).status());
    Saga last = seen.get(seen.size() - 1);
    assertEquals(SagaStatus.COMPLETED, last.status());
    for (int i = 1; i < seen.size(); i++) assertTrue(seen.get(i).revision() > seen.get(i - 1).revision());

    try (SagaWatch watch = client.watch(id, last.revision() - 1, View.BRIEF)) {
      assertEquals(last.revision(), watch.iterator().next().revision());
      assertFalse(watch.iterator().hasNext());
    }
  }

  @Test
  @DisplayName("[client.signal] a signal comes once for a request id, and is kept until a step awaits it")
  void signal() {
    String name = Harness.unique("twice");
    client.register(saga(name).await("first", "told").await("second", "told").build());
    String id = client.start(name).saga().sagaId();
    RequestOptions once = RequestOptions.defaults().requestId("r1").identity("ann");
    client.signal(id, "told", Map.of("n", 1), once);
    client.signal(id, "told", Map.of("n", 1), once);
    assertEquals(SagaStatus.RUNNING, client.waitFor(id, Duration.ofMillis(200)).status());
    client.signal(id, "told", Map.of("n", 2));
    Saga ended = client.waitFor(id, SOON);
    assertEquals(Map.of("n", 1L), ended.step("first").output());
    assertEquals(Map.of("n", 2L), ended.step("second").output());
  }

  @Test
  @DisplayName("[client.cancel] cancelling turns a saga round, says why, and checks the revision")
  void cancel() {
    Saga saga = client.start(ASKING).saga();
    CancelOptions options = CancelOptions.defaults().reason("wrong size").identity("ann").waitFor(SOON);
    assertFailsWith(
        "REVISION_MISMATCH", "ABORTED", () -> client.cancel(saga.sagaId(), options.expectedRevision(999)));
    Saga ended = client.cancel(saga.sagaId(), options);
    assertEquals(SagaStatus.COMPENSATED, ended.status());
    assertEquals(FailureKind.CANCELLED, ended.failure().kind());
    assertFailsWith("SAGA_FINAL", "FAILED_PRECONDITION", () -> client.cancel(saga.sagaId()));
  }

  @Test
  @DisplayName("[client.register] the same content is registered once, as message or text; faults are all told")
  void register() {
    String name = Harness.unique("kept");
    SagaDefinition definition = saga(name).sleep("nap", Duration.ofSeconds(1)).build();
    assertEquals(List.of(), client.validate(definition));
    Registered first = client.register(definition, RequestOptions.defaults().identity("ann"));
    assertTrue(first.created());
    assertTrue(first.version().latest());
    assertEquals(1, first.version().version());
    assertEquals(64, first.version().digest().length());
    assertEquals(name, first.version().definition().getName());
    assertFalse(client.register("{name: " + name + ", steps: [{name: nap, sleep: 1s}]}").created());
    assertEquals(2, client.register(saga(name).sleep("nap", SOON).build()).version().version());

    List<Fault> faults = client.validate("{name: Bad, steps: [{name: a, await: x, after: b}]}");
    List<String> fields = faults.stream().map(Fault::field).sorted().toList();
    assertEquals(List.of("definition.name", "definition.steps[0].after.steps[0]"), fields);
    assertFailsWith("INVALID_DEFINITION", "INVALID_ARGUMENT", () -> client.register(saga(name).build()));
  }

  @Test
  @DisplayName("[client.errors] what is refused has a code, a status and all its faults")
  void errors() {
    assertFailsWith("SAGA_NOT_FOUND", "NOT_FOUND", () -> client.get(Harness.unique("ghost")));
    assertFailsWith("SAGA_NOT_FOUND", "NOT_FOUND", () -> client.watch("java-ghost").iterator().hasNext());
    assertFailsWith("DEFINITION_NOT_FOUND", "NOT_FOUND", () -> client.start("java-ghost"));
    StartOptions bad = StartOptions.defaults().sagaId("no spaces").labels(Map.of("", "x"));
    var error = assertThrows(BackstitchException.class, () -> client.start("Bad Name", Map.of(), bad));
    assertEquals("INVALID_REQUEST", error.code());
    assertEquals("INVALID_ARGUMENT", error.status());
    assertTrue(error.faults().size() >= 2, () -> "only " + error.faults());
    for (Fault fault : error.faults()) {
      assertFalse(fault.field().isEmpty() || fault.rule().isEmpty() || fault.message().isEmpty());
    }

    Map<String, Object> big = Map.of("order", Map.of("amounts", List.of(1, 9_007_199_254_740_993L)));
    var unsafe = assertThrows(IllegalArgumentException.class, () -> client.start(ASKING, big));
    assertTrue(unsafe.getMessage().startsWith("input.order.amounts[1] is an integer beyond 2^53"));
  }
}
