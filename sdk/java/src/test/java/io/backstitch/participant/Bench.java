package io.backstitch.participant;

import io.backstitch.internal.Direction;
import io.backstitch.internal.Outcome;
import io.backstitch.internal.Outcomes;
import io.backstitch.v1.CommandContext;
import java.util.UUID;

/** Calls actions without a server, for tests of what stands before them. */
public final class Bench {
  /** A command about a new effect of its own. */
  public static final class Call {
    private final String effectId;
    private final long deadlineMs;

    private Call(String effectId, long deadlineMs) {
      this.effectId = effectId;
      this.deadlineMs = deadlineMs;
    }

    public String effectId() {
      return effectId;
    }

    /** About the same effect, with a deadline so far from now. */
    public Call within(long ms) {
      return new Call(effectId, System.currentTimeMillis() + ms);
    }

    public Outcome apply(Action action) {
      return send(action, Direction.DO);
    }

    public Outcome undo(Action action) {
      return send(action, Direction.UNDO);
    }

    public Outcome send(Action action, Direction direction) {
      String key = effectId.isEmpty() ? "key" : effectId + "/" + direction.word();
      CommandContext context =
          CommandContext.newBuilder().setSagaId("saga").setEffectId(effectId).setIdempotencyKey(key).build();
      Command command =
          new Command(direction, context, Payload.NONE, Payload.NONE, Payload.NONE, deadlineMs);
      try {
        return Outcomes.ofReturn(action.call(command, null), direction);
      } catch (Throwable error) {
        return Outcomes.ofThrow(error);
      }
    }
  }

  private Bench() {}

  public static Call newEffect() {
    return new Call("saga/" + UUID.randomUUID(), Command.NEVER);
  }

  public static Call withoutEffect() {
    return new Call("", Command.NEVER);
  }
}
