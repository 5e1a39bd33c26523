package io.backstitch.participant;

import java.util.Map;

/** Removes an effect. */
@FunctionalInterface
public interface UndoHandler {
  /**
   * Removes the effect; what the Do was given and what it answered stand in the context. Throws as a {@link DoHandler}
   * does; {@link io.backstitch.Rejected} says that the effect cannot be undone.
   *
   * @param input the Undo's own input, which is empty unless the definition gives one
   */
  void undo(Map<String, Object> input, UndoContext context) throws Exception;
}
