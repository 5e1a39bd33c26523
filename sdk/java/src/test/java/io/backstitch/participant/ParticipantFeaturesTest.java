package io.backstitch.participant;

import static io.backstitch.Until.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.backstitch.v1.ParticipantServiceGrpc;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a participant server is. */
class ParticipantFeaturesTest {
  private final Serving serving = new Serving();

  @AfterEach
  void end() throws Exception {
    serving.close();
  }

  record Charge(int amount, List<String> tags) {}

  record Charged(String id, int amount) {}

  @Test
  @DisplayName("[participant.typed_handlers] records and maps are read from inputs and written as outputs")
  void typedHandlers() throws Exception {
    List<Object> undone = new CopyOnWriteArrayList<>();
    Action typed =
        Action.of(
            Charge.class,
            (charge, context) -> new Charged(context.sagaId() + charge.tags(), charge.amount()),
            (input, context) -> {
              undone.add(input);
              undone.add(context.doInput(Charge.class));
              undone.add(context.doOutput(Charged.class).orElseThrow());
            });
    Action untyped = Action.of((input, context) -> Map.of("sum", (long) input.get("a") + (long) input.get("b")));
    var server = serving.listen(serving.participant().action("charge", typed).action("add", untyped));
    for (Link.Way way : Link.Way.values()) {
      Link link = serving.connect(way, server);
      Answer charged = link.ask(new Sending().saga("s").input("{\"amount\": 5, \"tags\": [\"a\"]}"));
      assertEquals(Answer.done(Map.of("id", "s[a]", "amount", 5L)), charged);
      assertEquals(Answer.done(Map.of("sum", 3L)), link.ask(Sending.to("add").input("{\"a\": 1, \"b\": 2}")));
      undone.clear();
      link.ask(new Sending().input("{\"why\": 1}").undo("{\"amount\": 5}", "{\"id\": \"x\", \"amount\": 5}"));
      assertEquals(List.of(Map.of("why", 1L), new Charge(5, null), new Charged("x", 5)), undone);
      Answer misfit = link.ask(new Sending().input("{\"amount\": \"secret\"}"));
      assertEquals(Answer.error(3, "the payload does not fit Charge", 0), misfit);
    }
  }

  @Test
  @DisplayName("[participant.unary] Dos and Undos are answered over unary calls")
  void unary() throws Exception {
    assertServes(Link.Way.UNARY);
  }

  @Test
  @DisplayName("[participant.serve] Dos and Undos are answered over the Serve stream, many per message")
  void serve() throws Exception {
    StreamLink link = (StreamLink) assertServes(Link.Way.SERVE);
    var sent = link.sendAll(Stream.generate(Sending::new).limit(500).toList());
    for (Link.Sent command : sent) assertTrue(command.get().isDone());
    assertTrue(link.messages.size() < 400, () -> link.messages.size() + " messages");
  }

  private Link assertServes(Link.Way way) throws Exception {
    List<Object> undone = new CopyOnWriteArrayList<>();
    Action action =
        Action.of(
            (input, context) -> Map.of("ä\u0000\n", input),
            (input, context) -> undone.addAll(List.of(context.doInput(), context.doOutput())));
    Link link = serving.connect(way, serving.charge(action));
    assertEquals(
        Answer.done(Map.of("ä\u0000\n", Map.of("text", "ä\u0000\n\u2028😀", "half", 1.5))),
        link.ask(new Sending().input("{\"text\": \"ä\\u0000\\n\u2028😀\", \"half\": 1.5}")));
    assertEquals(Answer.UNDONE, link.ask(new Sending().undo("{\"a\": 1}", "")));
    assertEquals(List.of(Map.of("a", 1L), Optional.empty()), undone);
    return link;
  }

  @Test
  @DisplayName("[participant.health] the health service says SERVING, and NOT_SERVING once the participant stops")
  void health() throws Exception {
    var server = serving.charge(Action.of((input, context) -> null));
    ManagedChannel channel = channel(server);
    for (String service : List.of("", ParticipantServiceGrpc.SERVICE_NAME)) {
      HealthCheckRequest request = HealthCheckRequest.newBuilder().setService(service).build();
      assertEquals(ServingStatus.SERVING, HealthGrpc.newBlockingStub(channel).check(request).getStatus());
    }
    List<ServingStatus> seen = watch(channel);
    until("the watcher hears of it", () -> !seen.isEmpty());
    long before = System.nanoTime();
    server.stop();
    assertTrue(System.nanoTime() - before < TimeUnit.SECONDS.toNanos(5), "a watcher does not hold up the end");
    until("the watcher hears of the end", () -> seen.size() == 2);
    assertEquals(List.of(ServingStatus.SERVING, ServingStatus.NOT_SERVING), seen);
  }

  @Test
  @DisplayName("[participant.graceful_stop] calls in flight end, streams say they drain, hanging calls are cancelled")
  void gracefulStop() throws Exception {
    for (Link.Way way : Link.Way.values()) {
      CountDownLatch begun = new CountDownLatch(1);
      CountDownLatch gate = new CountDownLatch(1);
      Action slow =
          Action.of(
              (input, context) -> {
                begun.countDown();
                gate.await();
                return Map.of("ended", true);
              });
      var server = serving.charge(slow);
      Link link = serving.connect(way, server);
      Link.Sent sent = link.send(new Sending());
      begun.await();
      CompletableFuture<Void> stopped = CompletableFuture.runAsync(server::stop);
      if (link instanceof StreamLink stream) {
        until("it drains", () -> stream.messages.stream().anyMatch(message -> message.getDraining()));
      }
      gate.countDown();
      assertEquals(Answer.done(Map.of("ended", true)), sent.get());
      stopped.get(5, TimeUnit.SECONDS);
      if (link instanceof StreamLink stream) assertEquals(Status.Code.OK, stream.ended.get(5, TimeUnit.SECONDS));
    }
    CountDownLatch cancelled = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    Action hanging =
        Action.of(
            (input, context) -> {
              context.onCancelled(cancelled::countDown);
              begun.countDown();
              new CountDownLatch(1).await();
              return null;
            });
    var server = serving.charge(hanging);
    Link.Sent sent = serving.connect(Link.Way.SERVE, server).send(new Sending());
    begun.await();
    server.stop(Duration.ofMillis(50));
    assertTrue(cancelled.await(5, TimeUnit.SECONDS));
    assertEquals("error", sent.get().kind());
  }

  @Test
  @DisplayName("[participant.tls] a participant is known by its certificate, and asks for its callers'")
  void tls() throws Exception {
    try (Certificates certificates = new Certificates()) {
      var action = Action.of((input, context) -> null);
      ParticipantTls tls = ParticipantTls.certificate(certificates.pem("server"), certificates.key("server"));
      var open = serving.listen(serving.participant().action("charge", action).tls(tls));
      var guarded =
          serving.listen(serving.participant().action("charge", action).tls(tls.clientCa(certificates.pem("ca"))));
      for (boolean stream : List.of(true, false)) {
        assertEquals(0, call(open, certificates.trusting("ca"), stream));
        assertEquals(0, call(guarded, certificates.showing("ca", "caller"), stream));
        assertNotEquals(0, call(open, InsecureChannelCredentials.create(), stream));
        assertNotEquals(0, call(open, certificates.trusting("other-ca"), stream));
        assertNotEquals(0, call(guarded, certificates.trusting("ca"), stream));
        assertNotEquals(0, call(guarded, certificates.showing("ca", "stranger"), stream));
      }
    }
  }

  /** The status of a call; 0 is OK. */
  private int call(ParticipantServer server, io.grpc.ChannelCredentials credentials, boolean stream)
      throws Exception {
    ManagedChannel channel = Grpc.newChannelBuilder(server.address(), credentials).build();
    Link link = serving.with(stream ? new StreamLink(channel, true) : new UnaryLink(channel));
    return link.ask(new Sending()).status();
  }

  private ManagedChannel channel(ParticipantServer server) {
    ManagedChannel channel = Grpc.newChannelBuilder(server.address(), InsecureChannelCredentials.create()).build();
    serving.with(channel::shutdownNow);
    return channel;
  }

  private static List<ServingStatus> watch(ManagedChannel channel) {
    List<ServingStatus> seen = new CopyOnWriteArrayList<>();
    HealthGrpc.newStub(channel)
        .watch(
            HealthCheckRequest.getDefaultInstance(),
            new StreamObserver<>() {
              @Override
              public void onNext(HealthCheckResponse response) {
                seen.add(response.getStatus());
              }

              @Override
              public void onError(Throwable error) {}

              @Override
              public void onCompleted() {}
            });
    return seen;
  }
}
