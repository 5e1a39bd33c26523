package io.backstitch.participant;

import io.backstitch.internal.Outcome;

/** Who waits for an answer. Called at most once, on any thread, maybe before the command's run has returned. */
@FunctionalInterface
interface Waiter {
  void answer(Outcome outcome);
}
