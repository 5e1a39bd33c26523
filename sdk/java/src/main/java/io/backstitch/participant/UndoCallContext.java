package io.backstitch.participant;

import java.util.Map;
import java.util.Optional;

/** Presents an Undo to its handler. */
final class UndoCallContext extends CallContext implements UndoContext {
  private final Payload doOutput;

  UndoCallContext(Command command, Cancellation cancellation) {
    this(command, cancellation, command.doOutput());
  }

  private UndoCallContext(Command command, Cancellation cancellation, Payload doOutput) {
    super(command, cancellation);
    this.doOutput = doOutput;
  }

  @Override
  public Map<String, Object> doInput() {
    return command.doInput().toMap();
  }

  @Override
  public <T> T doInput(Class<T> type) {
    return command.doInput().read(type);
  }

  @Override
  public Optional<Map<String, Object>> doOutput() {
    return doOutput == Payload.NONE ? Optional.empty() : Optional.of(doOutput.toMap());
  }

  @Override
  public <T> Optional<T> doOutput(Class<T> type) {
    return doOutput == Payload.NONE ? Optional.empty() : Optional.of(doOutput.read(type));
  }

  @Override
  public UndoContext orDoOutput(String json) {
    return doOutput == Payload.NONE ? new UndoCallContext(command, cancellation, new Payload.Text(json)) : this;
  }
}
