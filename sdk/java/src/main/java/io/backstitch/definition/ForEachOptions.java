package io.backstitch.definition;

import io.backstitch.v1.ForEach;
import io.backstitch.v1.Step;

/** What a step that calls for each item of a list can say. Its expressions also read `item` and `index`. */
public final class ForEachOptions extends CallRule<ForEachOptions> {
  private final ForEach.Builder forEach = ForEach.newBuilder();

  ForEachOptions(String name, String items, String target) {
    super(name, target);
    forEach.setItems(items);
  }

  /** How many items are worked on at the same time, 1 to 100. Default 1. */
  public ForEachOptions concurrency(int items) {
    forEach.setConcurrency(items);
    return this;
  }

  @Override
  ForEachOptions self() {
    return this;
  }

  @Override
  Step build() {
    return step.setForEach(forEach.setCall(call)).build();
  }
}
