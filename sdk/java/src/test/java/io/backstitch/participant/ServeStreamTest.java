package io.backstitch.participant;

import static io.backstitch.Until.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.backstitch.v1.Command;
import io.backstitch.v1.CommandResult;
import io.backstitch.v1.ServeRequest;
import io.backstitch.v1.ServeResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rules of the Serve stream, S1 to S4. */
class ServeStreamTest {
  private final Serving serving = new Serving();

  @AfterEach
  void end() throws Exception {
    serving.close();
  }

  /** An action that says that it has begun, and waits. */
  private static Action gated(CountDownLatch begun, CountDownLatch gate) {
    return Action.of(
        (input, context) -> {
          begun.countDown();
          gate.await();
          return null;
        });
  }

  @Test
  @DisplayName("two thousand commands at once are answered, each with its own answer, in far fewer messages")
  void manyAtOnce() throws Exception {
    StreamLink link = serving.stream(serving.charge(Action.of((input, context) -> input)));
    var commands = IntStream.range(0, 2_000).mapToObj(i -> new Sending().input("{\"i\": " + i + "}")).toList();
    List<Link.Sent> sent = link.sendAll(commands);
    for (int i = 0; i < sent.size(); i++) assertEquals(Answer.done(Map.of("i", (long) i)), sent.get(i).get());
    assertTrue(link.messages.size() < 1_500, () -> link.messages.size() + " messages");
  }

  @Test
  @DisplayName("large results are spread over messages below the limit")
  void largeResults() throws Exception {
    Map<String, String> large = Map.of("text", "x".repeat(200_000));
    CountDownLatch gate = new CountDownLatch(20);
    Action action =
        Action.of(
            (input, context) -> {
              gate.countDown();
              gate.await();
              return large;
            });
    StreamLink link = serving.stream(serving.charge(action));
    for (Link.Sent sent : link.sendAll(Stream.generate(Sending::new).limit(20).toList())) {
      assertTrue(sent.get().isDone());
    }
    for (ServeResponse message : link.messages) assertTrue(message.getSerializedSize() < 1024 * 1024);
  }

  @Test
  @DisplayName("while the peer does not read, no more commands are taken; afterwards all are answered")
  void backPressure() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    Map<String, String> large = Map.of("text", "x".repeat(50_000));
    Action action =
        Action.of(
            (input, context) -> {
              runs.incrementAndGet();
              return large;
            });
    var server = serving.charge(action);
    var channel = Grpc.newChannelBuilder(server.address(), InsecureChannelCredentials.create()).build();
    StreamLink link = serving.with(new StreamLink(channel, false));
    List<Link.Sent> sent = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) sent.add(link.send(new Sending()));
    int[] seen = {-1, 0};
    until(
        "it takes no more",
        () -> {
          seen[1] = runs.get() == seen[0] ? seen[1] + 1 : 0;
          seen[0] = runs.get();
          return seen[1] > 75;
        });
    assertTrue(runs.get() < 500, () -> runs.get() + " runs");
    link.read(1_000_000);
    for (Link.Sent command : sent) assertTrue(command.get().isDone());
    assertEquals(1_000, runs.get());
  }

  @Test
  @DisplayName("with too many commands in flight no more are read")
  void window() throws Exception {
    AtomicInteger begun = new AtomicInteger();
    List<Runnable> held = new java.util.concurrent.CopyOnWriteArrayList<>();
    var server =
        serving.listen(
            serving
                .participant()
                .action("charge", Action.of((input, context) -> begun.incrementAndGet()))
                .executor(held::add));
    StreamLink link = serving.stream(server);
    for (int i = 0; i < 5; i++) link.sendAll(Stream.generate(Sending::new).limit(1_024).toList());
    Link.Sent last = link.send(new Sending());
    until("the window is full", () -> held.size() == 4_096);
    Thread.sleep(50);
    assertEquals(4_096, held.size());
    for (int i = 0; i < 4_096; i++) held.get(i).run();
    until("the rest has come", () -> held.size() == 5_121);
    held.subList(4_096, 5_121).forEach(Runnable::run);
    assertEquals(13, last.get().status());
  }

  @Test
  @DisplayName("a cancelled command is answered no more")
  void cancelled() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    StreamLink link = serving.stream(serving.charge(gated(begun, gate)));
    Link.Sent sent = link.send(new Sending());
    begun.await();
    sent.cancel().run();
    link.ask(Sending.to("ping"));
    gate.countDown();
    link.ask(Sending.to("ping"));
    assertEquals(2, link.results());
    assertFalse(sent.answer().isDone());
  }

  @Test
  @DisplayName("the first command keeps its correlation id")
  void duplicateId() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    StreamLink link = serving.stream(serving.charge(gated(begun, gate)));
    Command command = StreamLink.toCommand(77, new Sending());
    link.sendRaw(ServeRequest.newBuilder().addCommands(command).addCommands(command).build());
    link.sendRaw(ServeRequest.newBuilder().addCommands(StreamLink.toCommand(77, Sending.to("ping"))).build());
    begun.await();
    link.ask(Sending.to("ping"));
    gate.countDown();
    until("it is answered", () -> link.results() == 2);
    link.ask(Sending.to("ping"));
    assertEquals(3, link.results());
  }

  @Test
  @DisplayName("a command without direction is refused")
  void noDirection() throws Exception {
    StreamLink link = serving.stream(serving.charge(Action.of((input, context) -> null)));
    Command command = StreamLink.toCommand(77, new Sending()).toBuilder().clearDirection().build();
    link.sendRaw(ServeRequest.newBuilder().addCommands(command).build());
    until("it is answered", () -> link.results() == 1);
    CommandResult result = link.messages.get(0).getResults(0);
    assertEquals(Answer.error(3, "the command has no direction", 0), Answer.of(result));
  }

  @Test
  @DisplayName("a stream that breaks cancels its calls, but not those that others wait for")
  void broken() throws Exception {
    CountDownLatch begun = new CountDownLatch(2);
    CountDownLatch gate = new CountDownLatch(1);
    List<String> cancelled = new java.util.concurrent.CopyOnWriteArrayList<>();
    Action action =
        Action.of(
            (input, context) -> {
              context.onCancelled(() -> cancelled.add(context.sagaId()));
              begun.countDown();
              gate.await();
              return Map.of("cancelled", context.isCancelled());
            });
    var server = serving.charge(action);
    StreamLink first = serving.stream(server);
    StreamLink second = serving.stream(server);
    first.send(new Sending().saga("alone"));
    first.send(new Sending().saga("shared"));
    begun.await();
    Link.Sent shared = second.send(new Sending().saga("shared").attempt(2));
    second.ask(Sending.to("ping"));
    first.close();
    until("the call is cancelled", () -> !cancelled.isEmpty());
    assertEquals(List.of("alone"), cancelled);
    gate.countDown();
    assertEquals(Answer.done(Map.of("cancelled", false)), shared.get());
  }

  @Test
  @DisplayName("a stopping server says that it drains, answers what is in flight and ends the stream with OK")
  void draining() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    var server = serving.charge(gated(begun, gate));
    StreamLink link = serving.stream(server);
    Link.Sent sent = link.send(new Sending());
    begun.await();
    CompletableFuture<Void> stopped = CompletableFuture.runAsync(server::stop);
    until("it drains", () -> link.messages.stream().anyMatch(ServeResponse::getDraining));
    // A command that was under way when the server said so.
    assertTrue(link.ask(Sending.to("ping")).isDone());
    gate.countDown();
    assertTrue(sent.get().isDone());
    assertEquals(Status.Code.OK, link.ended.get(5, TimeUnit.SECONDS));
    stopped.get(5, TimeUnit.SECONDS);
  }

  @Test
  @DisplayName("a peer that closes its side gets the answers still due, then the end")
  void halfClosed() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    StreamLink link = serving.stream(serving.charge(gated(begun, gate)));
    Link.Sent sent = link.send(new Sending());
    begun.await();
    link.halfClose();
    gate.countDown();
    assertTrue(sent.get().isDone());
    assertEquals(Status.Code.OK, link.ended.get(5, TimeUnit.SECONDS));
  }

  @Test
  @DisplayName("an unreadable payload fails its command alone, and its text is not repeated")
  void unreadable() throws Exception {
    StreamLink link = serving.stream(serving.charge(Action.of((input, context) -> null)));
    for (String input : List.of("{secret", "[1]", "null", "5", "\"text\"", "{\"secret\": 1} x", "{'secret': 1}")) {
      Answer answer = link.ask(new Sending().input(input));
      assertEquals(Answer.error(3, "the payload is not a JSON object", 0), answer, input);
    }
    for (String input : List.of("{}", "", " {\"a\": [{}]} ")) assertTrue(link.ask(new Sending().input(input)).isDone());
  }

  @Test
  @DisplayName("without Serve the stream is UNIMPLEMENTED and unary calls work")
  void withoutServe() throws Exception {
    Action action = Action.of((input, context) -> null);
    var server = serving.listen(serving.participant().action("charge", action).serve(false));
    assertEquals(Status.Code.UNIMPLEMENTED, serving.stream(server).ended.get(5, TimeUnit.SECONDS));
    assertTrue(serving.connect(Link.Way.UNARY, server).ask(new Sending()).isDone());
  }
}
