package io.backstitch;

/**
 * Accepts the work, to be completed later with the context's completion token: throw it. Behind a barrier what the
 * handler did stays.
 */
public final class Pending extends RuntimeException {
  /** An acceptance. */
  public Pending() {
    super("pending", null, false, false);
  }
}
