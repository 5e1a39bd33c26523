package io.backstitch.definition;

import io.backstitch.v1.Await;
import io.backstitch.v1.Step;
import java.time.Duration;

/** What a wait for a signal can say. */
public final class AwaitOptions extends StepOptions<AwaitOptions> {
  private final Await.Builder await = Await.newBuilder();

  AwaitOptions(String name, String signal) {
    super(name);
    await.setSignal(signal);
  }

  /** A CEL condition over `signal`, the payload; signals that do not meet it are left for others. */
  public AwaitOptions condition(String expression) {
    await.setCondition(expression);
    return this;
  }

  /** A CEL condition over `signal`: where the signal that was taken meets it, the step is rejected. */
  public AwaitOptions reject(String expression) {
    await.setReject(expression);
    return this;
  }

  /** How long to wait; then the step has failed with SIGNAL_TIMEOUT. Default: as long as it takes. */
  public AwaitOptions timeout(Duration limit) {
    await.setTimeout(Durations.toProto(limit));
    return this;
  }

  @Override
  AwaitOptions self() {
    return this;
  }

  @Override
  Step build() {
    return step.setAwait(await).build();
  }
}
