package io.backstitch.definition;

import io.backstitch.v1.Step;

/** What a call can say. */
public final class CallOptions extends CallRule<CallOptions> {
  CallOptions(String name, String target) {
    super(name, target);
  }

  /** Marks the point of no return. */
  public CallOptions pivot() {
    step.setPivot(true);
    return this;
  }

  @Override
  CallOptions self() {
    return this;
  }

  @Override
  Step build() {
    return step.setCall(call).build();
  }
}
