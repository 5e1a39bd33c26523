package io.backstitch.participant;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What a Do handler knows about its call. */
public interface DoContext {
  /** The saga's namespace. */
  String namespace();

  /** The saga. */
  String sagaId();

  /** The definition's name. */
  String definition();

  /** The definition's version. */
  int version();

  /** The step. */
  String step();

  /** The action. */
  String action();

  /** Names the effect; the same in Do and Undo and for all attempts. */
  String effectId();

  /** The item of a for-each step, counted from 0; empty for other steps. */
  OptionalInt item();

  /** The same for all attempts in one direction: hand it to services that take an idempotency key. */
  String idempotencyKey();

  /** Counts from 1. */
  int attempt();

  /** When the orchestrator stops waiting, by the clock of this machine; empty: never. */
  Optional<Instant> deadline();

  /** traceparent, tracestate and what the saga's caller passed through. */
  Map<String, String> metadata();

  /**
   * For the client's {@code complete} and {@code heartbeat} after {@link io.backstitch.Pending}. The same for all
   * attempts; keep it secret.
   */
  String completionToken();

  /** Whether nobody wants the answer any more: the call was cancelled, or its deadline has passed. */
  boolean isCancelled();

  /** Runs the listener once the call is cancelled, on a thread of its own; at once if it is. */
  void onCancelled(Runnable listener);
}
