package io.backstitch;

import java.util.concurrent.Callable;

/** Waits for conditions. */
public final class Until {
  private static final long WITHIN_MS = 10_000;

  private Until() {}

  /** Waits until the condition holds; fails with its name after ten seconds. */
  public static void until(String what, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + WITHIN_MS * 1_000_000;
    while (!condition.call()) {
      if (System.nanoTime() > end) throw new AssertionError("not within " + WITHIN_MS + " ms: " + what);
      Thread.sleep(2);
    }
  }
}
