package io.backstitch.client;

import io.backstitch.v1.SagaView;

/** How much of a saga an answer holds. */
public enum View {
  /** Everything. */
  FULL(SagaView.SAGA_VIEW_FULL),
  /** Without payloads: no input, no outputs, no details. */
  BRIEF(SagaView.SAGA_VIEW_BRIEF);

  final SagaView wire;

  View(SagaView wire) {
    this.wire = wire;
  }
}
