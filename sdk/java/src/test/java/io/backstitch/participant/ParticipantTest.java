package io.backstitch.participant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ParticipantTest {
  private static final Action NOTHING = Action.of((input, context) -> null);

  @Test
  @DisplayName("one server may host several participants, whose actions' names are unique; the error names both owners")
  void uniqueNames() {
    Participant both = Participant.named("payment").action("charge", NOTHING).and("stock").action("reserve", NOTHING);
    var refused = assertThrows(IllegalArgumentException.class, () -> both.and("billing").action("charge", NOTHING));
    assertTrue(refused.getMessage().contains("\"payment\" and \"billing\" have an action \"charge\""));
  }

  @Test
  @DisplayName("a participant without actions is refused")
  void noActions() {
    var refused = assertThrows(IllegalStateException.class, () -> Participant.named("payment").listen(0));
    assertEquals("a participant needs at least one action", refused.getMessage());
  }

  @Test
  @DisplayName("listening on a port in use fails, and leaves no thread behind")
  void portInUse() throws Exception {
    try (var server = Participant.named("payment").action("charge", NOTHING).listen(0)) {
      assertEquals("127.0.0.1:" + server.port(), server.address());
      long before = writers();
      Participant second = Participant.named("other").action("charge", NOTHING);
      assertThrows(IOException.class, () -> second.listen(server.port()));
      io.backstitch.Until.until("its threads end", () -> writers() <= before);
    }
  }

  private static long writers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("backstitch-writer"))
        .count();
  }

  @Test
  @DisplayName("stopping twice is stopping once")
  void stopTwice() throws Exception {
    var server = Participant.named("payment").action("charge", NOTHING).listen(0);
    server.stop();
    server.close();
    server.awaitStopped();
  }

  @Test
  @DisplayName("what is put around an action sees both directions, and may fail them")
  void around() throws Exception {
    List<String> seen = new CopyOnWriteArrayList<>();
    Action action =
        Action.of((input, context) -> Map.of("added", seen.add("do")), (input, context) -> seen.add("undo"))
            .around(
                (context, work) -> {
                  seen.add(context instanceof UndoContext ? "before undo" : "before");
                  if (context.attempt() > 2) throw new IllegalStateException("held back");
                  return work.call();
                });
    try (Serving serving = new Serving()) {
      Link link = serving.connect(Link.Way.SERVE, serving.charge(action));
      link.ask(new Sending());
      assertTrue(link.ask(new Sending().undo("", "").attempt(2)).isDone());
      assertEquals("held back", link.ask(new Sending().attempt(3)).message());
    }
    assertEquals(List.of("before", "do", "before undo", "undo", "before"), seen);
  }
}
