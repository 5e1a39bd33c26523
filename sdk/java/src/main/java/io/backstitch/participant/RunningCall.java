package io.backstitch.participant;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;

/** A call whose handler runs or will run. Its executor's lock guards all of it. */
final class RunningCall {
  /** How long after its deadline a hanging call still holds later attempts. */
  private static final long HOLDS_AFTER_DEADLINE_MS = 60_000;

  final Command command;
  final Action action;

  /** The latest of those that wait. */
  long deadlineMs;

  /** The call whose handler runs: this one, or an aborted one that it waits for. */
  RunningCall holder;

  boolean aborted;
  boolean ended;

  /** Looks at the deadline when it comes; null while no listener wants to know. */
  Future<?> deadlineWatch;

  /** Later attempts that wait for this one to end. None of them has followers of its own before it begins. */
  final List<RunningCall> followers = new ArrayList<>(0);

  List<Runnable> cancelListeners = new ArrayList<>(0);
  private List<Waiter> waiters = new ArrayList<>(1);

  /** A call, and who waits for it first; with the call that it must wait for, or null. */
  RunningCall(Command command, Action action, Waiter waiter, RunningCall holder) {
    this.command = command;
    this.action = action;
    this.deadlineMs = command.deadlineMs();
    this.holder = holder == null ? this : holder;
    waiters.add(waiter);
  }

  /** Until when no later attempt may run beside it. A call that only waits for another adds nothing to that. */
  long holdsUntilMs() {
    return Math.min(holder.deadlineMs, Command.NEVER - HOLDS_AFTER_DEADLINE_MS) + HOLDS_AFTER_DEADLINE_MS;
  }

  void join(Waiter waiter, long deadlineMs) {
    waiters.add(waiter);
    this.deadlineMs = Math.max(this.deadlineMs, deadlineMs);
  }

  /** Whether nobody waits any more. */
  boolean leave(Waiter waiter) {
    return waiters.remove(waiter) && waiters.isEmpty();
  }

  void unwatch() {
    if (deadlineWatch != null) deadlineWatch.cancel(false);
    deadlineWatch = null;
  }

  List<Runnable> takeCancelListeners() {
    List<Runnable> all = cancelListeners;
    cancelListeners = new ArrayList<>(0);
    return all;
  }

  List<Waiter> takeWaiters() {
    List<Waiter> all = waiters;
    waiters = new ArrayList<>(0);
    return all;
  }
}
