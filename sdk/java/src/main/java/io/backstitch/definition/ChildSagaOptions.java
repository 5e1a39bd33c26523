package io.backstitch.definition;

import io.backstitch.internal.Payloads;
import io.backstitch.v1.ChildSaga;
import io.backstitch.v1.Step;

/** What a step that runs another saga can say. */
public final class ChildSagaOptions extends StepOptions<ChildSagaOptions> {
  private final ChildSaga.Builder saga = ChildSaga.newBuilder();

  ChildSagaOptions(String name, String definition) {
    super(name);
    saga.setDefinition(definition);
  }

  /** Default: the latest at the moment the step starts. */
  public ChildSagaOptions version(int version) {
    saga.setVersion(version);
    return this;
  }

  /** A mapping. Default: the saga's input. */
  public ChildSagaOptions input(Object mapping) {
    saga.setInput(Payloads.toValue("input", mapping));
    return this;
  }

  @Override
  ChildSagaOptions self() {
    return this;
  }

  @Override
  Step build() {
    return step.setSaga(saga).build();
  }
}
