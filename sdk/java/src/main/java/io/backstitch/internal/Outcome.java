package io.backstitch.internal;

/** What a command came to, before it takes the form of a transport. Payloads are JSON text. */
public sealed interface Outcome {
  /** Done; the output of an Undo is empty. */
  record Done(String output) implements Outcome {}

  /** A business refusal; details may be null. */
  record Refused(String code, String message, String details) implements Outcome {}

  /** Accepted, to be completed later. */
  record Accepted() implements Outcome {}

  /** A technical failure: a gRPC status and, unless it is negative, when to try again. */
  record Failed(int status, String message, long retryAfterMs) implements Outcome {}
}
