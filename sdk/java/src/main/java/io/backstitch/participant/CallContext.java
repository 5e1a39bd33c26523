package io.backstitch.participant;

import io.backstitch.v1.CommandContext;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Presents a command to its handler. */
sealed class CallContext implements DoContext permits UndoCallContext {
  private static final Pattern ITEM = Pattern.compile("#(\\d{1,9})(?:@\\d+)?$");

  final Command command;
  final Cancellation cancellation;

  /** Tells a handler that its answer is not wanted any more. */
  interface Cancellation {
    boolean isCancelled();

    void onCancelled(Runnable listener);
  }

  CallContext(Command command, Cancellation cancellation) {
    this.command = command;
    this.cancellation = cancellation;
  }

  @Override
  public String namespace() {
    return wire().getNamespace();
  }

  @Override
  public String sagaId() {
    return wire().getSagaId();
  }

  @Override
  public String definition() {
    return wire().getDefinition();
  }

  @Override
  public int version() {
    return wire().getVersion();
  }

  @Override
  public String step() {
    return wire().getStep();
  }

  @Override
  public String action() {
    return wire().getAction();
  }

  @Override
  public String effectId() {
    return wire().getEffectId();
  }

  @Override
  public OptionalInt item() {
    Matcher item = ITEM.matcher(effectId());
    return item.find() ? OptionalInt.of(Integer.parseInt(item.group(1))) : OptionalInt.empty();
  }

  @Override
  public String idempotencyKey() {
    return wire().getIdempotencyKey();
  }

  @Override
  public int attempt() {
    return wire().getAttempt();
  }

  @Override
  public Optional<Instant> deadline() {
    long ms = command.deadlineMs();
    return ms == Command.NEVER ? Optional.empty() : Optional.of(Instant.ofEpochMilli(ms));
  }

  @Override
  public Map<String, String> metadata() {
    return wire().getMetadataMap();
  }

  @Override
  public String completionToken() {
    return wire().getCompletionToken();
  }

  @Override
  public boolean isCancelled() {
    return cancellation.isCancelled();
  }

  @Override
  public void onCancelled(Runnable listener) {
    cancellation.onCancelled(listener);
  }

  private CommandContext wire() {
    return command.context();
  }
}
