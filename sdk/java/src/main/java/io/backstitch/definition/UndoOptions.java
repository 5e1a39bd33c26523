package io.backstitch.definition;

import io.backstitch.internal.Payloads;
import io.backstitch.v1.UndoCall;
import java.time.Duration;
import java.util.function.Consumer;

/** How an Undo is called. */
public final class UndoOptions {
  final UndoCall.Builder call = UndoCall.newBuilder();

  UndoOptions() {}

  /** A mapping. Default: an empty object; the Do's input and output come along anyway. */
  public UndoOptions input(Object mapping) {
    call.setInput(Payloads.toValue("undo.input", mapping));
    return this;
  }

  /** The limit of one attempt. Default: that of the Do. */
  public UndoOptions timeout(Duration limit) {
    call.setTimeout(Durations.toProto(limit));
    return this;
  }

  /** How attempts of the Undo are repeated. */
  public UndoOptions retry(Consumer<RetryOptions> options) {
    RetryOptions retry = new RetryOptions();
    options.accept(retry);
    call.setRetry(retry.policy);
    return this;
  }
}
