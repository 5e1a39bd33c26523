package io.backstitch.definition;

import io.backstitch.internal.Payloads;
import io.backstitch.v1.Call;
import io.backstitch.v1.NoUndo;
import io.backstitch.v1.Undo;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * How a participant is called.
 *
 * @param <S> the kind of step
 */
public abstract sealed class CallRule<S extends CallRule<S>> extends StepOptions<S>
    permits CallOptions, ForEachOptions {
  final Call.Builder call;

  CallRule(String name, String target) {
    super(name);
    int dot = target.indexOf('.');
    if (dot <= 0 || dot == target.length() - 1) {
      throw new IllegalArgumentException("\"" + target + "\" is not \"participant.action\"");
    }
    call = Call.newBuilder().setParticipant(target.substring(0, dot)).setAction(target.substring(dot + 1));
  }

  /**
   * A mapping: JSON in which every string is a CEL expression, such as "steps.reserve.output.order_id". Default: the
   * saga's input; in a forEach step the item, where it is an object.
   */
  public S input(Object mapping) {
    call.setInput(Payloads.toValue("input", mapping));
    return self();
  }

  /** The limit of one attempt. */
  public S timeout(Duration limit) {
    call.setTimeout(Durations.toProto(limit));
    return self();
  }

  /** How attempts of the Do are repeated. */
  public S retry(Consumer<RetryOptions> options) {
    RetryOptions retry = new RetryOptions();
    options.accept(retry);
    call.setRetry(retry.policy);
    return self();
  }

  /** The step only reads: there is nothing to undo. */
  public S noUndo() {
    call.setUndo(Undo.newBuilder().setNone(NoUndo.getDefaultInstance()));
    return self();
  }

  /** How the Undo is called. Default: the Undo of the same action, with the Do's time limit. */
  public S undo(Consumer<UndoOptions> options) {
    UndoOptions undo = new UndoOptions();
    options.accept(undo);
    call.setUndo(Undo.newBuilder().setWith(undo.call));
    return self();
  }

  /**
   * How long an answer of {@code pending} may wait for its completion; then the attempt has failed. Default: no limit.
   */
  public S completionTimeout(Duration limit) {
    call.setCompletionTimeout(Durations.toProto(limit));
    return self();
  }

  /**
   * The longest pause between heartbeats while an answer is pending; then the attempt has failed. Default: none are
   * expected.
   */
  public S heartbeatTimeout(Duration limit) {
    call.setHeartbeatTimeout(Durations.toProto(limit));
    return self();
  }
}
