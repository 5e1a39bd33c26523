package io.backstitch.client;

import java.time.Duration;
import java.util.Map;

/**
 * How a saga is started: {@code StartOptions.defaults().sagaId("order-1").waitFor(Duration.ofSeconds(10))}.
 *
 * @param sagaId the same id with the same content gives the saga that exists. Default, empty: derived from requestId
 * @param requestId the idempotency key. Default, empty: a random one, so that the client's own repeats start one saga
 * @param version 0 (default): the latest version
 * @param waitFor how long to wait for the saga to become final. Default: not at all
 * @param labels what the saga carries
 * @param deadline how long the saga may take; at most, and by default (null), what its definition allows
 * @param view how much of the saga to give
 * @param metadata passed through to participants: traceparent and tracestate
 */
public record StartOptions(
    String sagaId,
    String requestId,
    int version,
    Duration waitFor,
    Map<String, String> labels,
    Duration deadline,
    View view,
    Map<String, String> metadata) {

  private static final StartOptions DEFAULTS =
      new StartOptions("", "", 0, Duration.ZERO, Map.of(), null, View.FULL, Map.of());

  /** A record of options. */
  public StartOptions {
    labels = Map.copyOf(labels);
    metadata = Map.copyOf(metadata);
  }

  /** Nothing that is not the default. */
  public static StartOptions defaults() {
    return DEFAULTS;
  }

  /** With this saga id. */
  public StartOptions sagaId(String sagaId) {
    return new StartOptions(sagaId, requestId, version, waitFor, labels, deadline, view, metadata);
  }

  /** With this idempotency key. */
  public StartOptions requestId(String requestId) {
    return new StartOptions(sagaId, requestId, version, waitFor, labels, deadline, view, metadata);
  }

  /** Of this version of the definition. */
  public StartOptions version(int version) {
    return new StartOptions(sagaId, requestId, version, waitFor, labels, deadline, view, metadata);
  }

  /** Waiting so long for the saga to become final. */
  public StartOptions waitFor(Duration atMost) {
    return new StartOptions(sagaId, requestId, version, atMost, labels, deadline, view, metadata);
  }

  /** With these labels. */
  public StartOptions labels(Map<String, String> labels) {
    return new StartOptions(sagaId, requestId, version, waitFor, labels, deadline, view, metadata);
  }

  /** The saga may take so long. */
  public StartOptions deadline(Duration deadline) {
    return new StartOptions(sagaId, requestId, version, waitFor, labels, deadline, view, metadata);
  }

  /** Giving so much of the saga. */
  public StartOptions view(View view) {
    return new StartOptions(sagaId, requestId, version, waitFor, labels, deadline, view, metadata);
  }

  /** With this metadata. */
  public StartOptions metadata(Map<String, String> metadata) {
    return new StartOptions(sagaId, requestId, version, waitFor, labels, deadline, view, metadata);
  }
}
