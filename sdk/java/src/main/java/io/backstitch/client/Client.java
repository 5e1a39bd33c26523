package io.backstitch.client;

import io.backstitch.v1.SagaDefinition;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Starts sagas, follows them and acts on them. Calls are repeated after transient failures with the same request id, so
 * they take effect once. What the server or the way to it refuses is a {@link BackstitchException}. Payloads are Maps,
 * records or other objects; what JSON cannot hold, and integers beyond 2^53 - 1, are refused with an
 * IllegalArgumentException that names the field. Any number of threads may share a client; one that is interrupted
 * while it waits gets a BackstitchException with the code CANCELLED.
 */
public final class Client implements AutoCloseable {
  private static final long CLOSE_MS = 5000;

  private final ManagedChannel channel;
  private final SagaCalls sagas;
  private final SignalCalls signals;
  private final DefinitionCalls definitions;

  private Client(ClientOptions options) {
    channel = Connection.open(options);
    Calls calls = new Calls(channel);
    sagas = new SagaCalls(channel, calls, options.namespace());
    signals = new SignalCalls(channel, calls, options.namespace());
    definitions = new DefinitionCalls(channel, calls, options.namespace());
  }

  /** A client of the orchestrator's gRPC port, "host:port", in plain text. It connects with the first call. */
  public static Client connect(String address) {
    return connect(ClientOptions.of(address));
  }

  /** A client of an orchestrator. Throws an IllegalArgumentException where the certificates cannot be read. */
  public static Client connect(ClientOptions options) {
    return new Client(options);
  }

  /** Starts a saga of the definition's latest version, with an empty input. */
  public Started start(String definition) {
    return start(definition, Map.of(), StartOptions.defaults());
  }

  /** Starts a saga of the definition's latest version. */
  public Started start(String definition, Object input) {
    return start(definition, input, StartOptions.defaults());
  }

  /** Starts a saga. {@code started} is false where it was there already. */
  public Started start(String definition, Object input, StartOptions options) {
    return sagas.start(definition, input, options);
  }

  /** The saga as it is. */
  public Saga get(String sagaId) {
    return get(sagaId, View.FULL);
  }

  /** The saga as it is. */
  public Saga get(String sagaId, View view) {
    return sagas.get(sagaId, view);
  }

  /** Waits until the saga is final, however long that takes. */
  public Saga waitFor(String sagaId) {
    return sagas.waitFor(sagaId, new Waiting(null), View.FULL);
  }

  /** Waits until the saga is final; when the time is over gives it as it then is. */
  public Saga waitFor(String sagaId, Duration atMost) {
    return waitFor(sagaId, atMost, View.FULL);
  }

  /** Waits until the saga is final; when the time is over gives it as it then is. */
  public Saga waitFor(String sagaId, Duration atMost, View view) {
    return sagas.waitFor(sagaId, new Waiting(Objects.requireNonNull(atMost)), view);
  }

  /** The saga now and at every change until it is final. */
  public SagaWatch watch(String sagaId) {
    return watch(sagaId, 0, View.FULL);
  }

  /**
   * The saga at every change until it is final, now included unless its revision is known.
   *
   * @param afterRevision a revision that is known already; 0: none
   */
  public SagaWatch watch(String sagaId, long afterRevision, View view) {
    return sagas.watch(sagaId, afterRevision, view);
  }

  /** Turns a running saga round: what was done is undone. PAST_PIVOT where that is too late. */
  public Saga cancel(String sagaId) {
    return cancel(sagaId, CancelOptions.defaults());
  }

  /** Turns a running saga round: what was done is undone. PAST_PIVOT where that is too late. */
  public Saga cancel(String sagaId, CancelOptions options) {
    return sagas.cancel(sagaId, options);
  }

  /** Gives a saga a signal without content. */
  public Saga signal(String sagaId, String name) {
    return signal(sagaId, name, Map.of());
  }

  /** Gives a saga the signal that one of its steps awaits, or will await. */
  public Saga signal(String sagaId, String name, Object payload) {
    return signal(sagaId, name, payload, RequestOptions.defaults());
  }

  /** Gives a saga the signal that one of its steps awaits, or will await. It comes once for a request id. */
  public Saga signal(String sagaId, String name, Object payload, RequestOptions options) {
    return signals.signal(sagaId, name, payload, options);
  }

  /**
   * Gives the outcome of a Do or Undo that was answered with {@code pending}. The same outcome may be given again;
   * another one, or one that the saga no longer waits for, is COMPLETION_REFUSED.
   */
  public void complete(String completionToken, StepOutcome outcome) {
    complete(completionToken, outcome, "");
  }

  /** As {@link #complete(String, StepOutcome)}, with an idempotency key. */
  public void complete(String completionToken, StepOutcome outcome, String requestId) {
    signals.complete(completionToken, outcome, requestId);
  }

  /** Says that a pending Do or Undo is still being worked on. */
  public Heartbeat heartbeat(String completionToken) {
    return signals.heartbeat(completionToken);
  }

  /** Registers a builder's message and makes it the latest. */
  public Registered register(SagaDefinition definition) {
    return register(definition, RequestOptions.defaults());
  }

  /** Registers a builder's message and makes it the latest. */
  public Registered register(SagaDefinition definition, RequestOptions options) {
    return definitions.register(definition, options);
  }

  /** Registers YAML or JSON text and makes it the latest. */
  public Registered register(String text) {
    return register(text, RequestOptions.defaults());
  }

  /** Registers YAML or JSON text and makes it the latest. */
  public Registered register(String text, RequestOptions options) {
    return definitions.register(text, options);
  }

  /** All the faults of a builder's message; none: it can be registered. */
  public List<Fault> validate(SagaDefinition definition) {
    return definitions.validate(definition);
  }

  /** All the faults of YAML or JSON text; none: it can be registered. */
  public List<Fault> validate(String text) {
    return definitions.validate(text);
  }

  /** Closes the connection. Calls and watches that are under way fail. */
  @Override
  public void close() {
    channel.shutdownNow();
    try {
      channel.awaitTermination(CLOSE_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
