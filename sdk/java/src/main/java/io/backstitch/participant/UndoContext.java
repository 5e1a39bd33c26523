package io.backstitch.participant;

import java.util.Map;
import java.util.Optional;

/** What an Undo handler knows about its call. */
public interface UndoContext extends DoContext {
  /** What the Do was given. */
  Map<String, Object> doInput();

  /** What the Do was given, read as a record. */
  <T> T doInput(Class<T> type);

  /** What the Do answered; empty where that is not known. A barrier fills it in from its own record. */
  Optional<Map<String, Object>> doOutput();

  /** What the Do answered, read as a record; empty where that is not known. */
  <T> Optional<T> doOutput(Class<T> type);

  /** The same context, in which the Do answered this JSON object where the command does not say what it answered. */
  UndoContext orDoOutput(String json);
}
