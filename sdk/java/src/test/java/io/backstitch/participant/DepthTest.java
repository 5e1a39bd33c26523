package io.backstitch.participant;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.backstitch.Rejected;
import io.backstitch.internal.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DepthTest {
  /** Objects and lists inside one another, the payload included, that an orchestrator allows. */
  private static final int DEPTH = 32;

  private final Serving serving = new Serving();

  @AfterEach
  void end() throws Exception {
    serving.close();
  }

  @Test
  @DisplayName("payloads may be nested as deep as the orchestrator allows, over either transport")
  void deepPayloads() throws Exception {
    Action echo =
        Action.of(
            (input, context) -> context.attempt() == 1 ? input : new Rejected("DEEP", "", input),
            (input, context) -> {
              boolean same = input.equals(context.doInput()) && input.equals(context.doOutput().orElseThrow());
              throw new Rejected(same ? "SAME" : "NOT_SAME", "", input);
            });
    var server = serving.charge(echo);
    String objects = "{\"a\":".repeat(DEPTH) + "1" + "}".repeat(DEPTH);
    String lists = "{\"a\":" + "[".repeat(DEPTH - 1) + "1" + "]".repeat(DEPTH - 1) + "}";
    for (String json : List.of(objects, lists)) {
      Map<String, Object> payload = Json.toMap(Json.parseObject(json));
      for (Link.Way way : Link.Way.values()) {
        Link link = serving.connect(way, server);
        assertEquals(Answer.done(payload), link.ask(new Sending().input(json)));
        assertEquals(Answer.rejected("DEEP", "", payload), link.ask(new Sending().input(json).attempt(2)));
        assertEquals(Answer.rejected("SAME", "", payload), link.ask(new Sending().input(json).undo(json, json)));
      }
    }
  }
}
