package io.backstitch.internal;

/** Which way a command goes. */
public enum Direction {
  DO,
  UNDO;

  /** As it stands in logs, and in the names of the barrier's columns: "do" or "undo". */
  public String word() {
    return this == DO ? "do" : "undo";
  }
}
