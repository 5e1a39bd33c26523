package io.backstitch.definition;

import io.backstitch.v1.Sleep;
import io.backstitch.v1.Step;

/** What a wait for a time can say. */
public final class SleepOptions extends StepOptions<SleepOptions> {
  SleepOptions(String name, Sleep.Builder sleep) {
    super(name);
    step.setSleep(sleep);
  }

  @Override
  SleepOptions self() {
    return this;
  }

  @Override
  Step build() {
    return step.build();
  }
}
