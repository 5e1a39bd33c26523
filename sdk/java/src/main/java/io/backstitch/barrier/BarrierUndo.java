package io.backstitch.barrier;

import io.backstitch.participant.UndoContext;
import java.sql.Connection;
import java.util.Map;

/** Removes an effect in the barrier's transaction. */
@FunctionalInterface
public interface BarrierUndo {
  /** As an {@link io.backstitch.participant.UndoHandler}; whatever it does over the connection counts once. */
  void undo(Connection connection, Map<String, Object> input, UndoContext context) throws Exception;
}
