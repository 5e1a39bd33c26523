package io.backstitch.definition;

import io.backstitch.v1.Dependencies;
import io.backstitch.v1.GoBack;
import io.backstitch.v1.Step;
import java.util.List;

/**
 * What every kind of step can say.
 *
 * @param <S> the kind
 */
public abstract sealed class StepOptions<S extends StepOptions<S>>
    permits CallRule, SleepOptions, AwaitOptions, ChildSagaOptions {
  final Step.Builder step;

  StepOptions(String name) {
    step = Step.newBuilder().setName(name);
  }

  abstract S self();

  /** The step, once all options are given. */
  abstract Step build();

  /** The steps to wait for; none: it starts at once. Default: the step before. */
  public S after(String... steps) {
    step.setAfter(Dependencies.newBuilder().addAllSteps(List.of(steps)));
    return self();
  }

  /** A CEL condition; where it is false the step is skipped. */
  public S when(String condition) {
    step.setWhen(condition);
    return self();
  }

  /** What happens when it fails for good. Default: COMPENSATE before the pivot, RETRY after it. */
  public S onFailure(OnFailure what) {
    step.setOnFailure(io.backstitch.v1.OnFailure.valueOf("ON_FAILURE_" + what.name()));
    return self();
  }

  /**
   * The step to go back to when this one fails for good, before {@link #onFailure} applies: what lies between is undone
   * in reverse and done anew. At most 3 times, whatever the failure.
   */
  public S goBack(String to) {
    step.setGoBack(GoBack.newBuilder().setTo(to));
    return self();
  }

  /**
   * Going back in detail.
   *
   * @param times how often at most, 1 to 100; then {@link #onFailure} applies
   * @param codes only for failures with one of these codes; none: for every one
   */
  public S goBack(String to, int times, String... codes) {
    step.setGoBack(GoBack.newBuilder().setTo(to).setTimes(times).addAllCodes(List.of(codes)));
    return self();
  }
}
