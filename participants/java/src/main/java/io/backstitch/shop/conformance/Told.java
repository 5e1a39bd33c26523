package io.backstitch.shop.conformance;

import com.google.gson.annotations.SerializedName;

/**
 * What a case tells the actions {@code effect} and {@code bare} to do. An Undo reads it from the input of its Do.
 *
 * @param onDo how the Do behaves; null: it is done
 * @param onUndo how the Undo behaves; null: it is done
 * @param attempts only so many first attempts behave so, later ones are done; null: all do
 * @param ms how long {@code slow} and {@code block} take; null: 300
 */
record Told(
    @SerializedName("do") String onDo, @SerializedName("undo") String onUndo, Integer attempts, Long ms) {
  private static final long DEFAULT_MS = 300;

  /** How this attempt behaves. */
  String behaviour(boolean undo, int attempt) {
    String told = undo ? onUndo : onDo;
    return told == null || (attempts != null && attempt > attempts) ? "done" : told;
  }

  long takesMs() {
    return ms == null ? DEFAULT_MS : ms;
  }
}
