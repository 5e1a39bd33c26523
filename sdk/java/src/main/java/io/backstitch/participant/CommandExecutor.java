package io.backstitch.participant;

import io.backstitch.RetryAfter;
import io.backstitch.internal.Outcome;
import io.backstitch.internal.Outcomes;
import io.backstitch.v1.CommandContext;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Runs commands, whichever way they came. Rules:
 *
 * <ul>
 *   <li>R1 a call past its deadline never reaches its handler;
 *   <li>R2 a command whose idempotency key is running already joins that call: one run, one answer for all who wait;
 *   <li>R3 a call is aborted when nobody waits for it any more or its deadline passes; a later attempt waits until it
 *       has ended, since a second run beside it could apply the effect twice, takes its answer if there is one, and
 *       else runs anew; but it does not wait for ever: a handler that hangs would otherwise hold every later attempt;
 *   <li>R4 handlers, and whatever else may block, never run under the lock.
 * </ul>
 */
final class CommandExecutor {
  private final Map<String, Action> actions;
  private final String known;
  private final Executor handlers;
  private final Executor listeners;
  private final ScheduledExecutorService timers;
  private final FailureLog log;
  private final LongSupplier clock;

  private final Object lock = new Object();
  private final Map<String, RunningCall> byKey = new HashMap<>();
  private int inFlight;

  /**
   * @param handlers runs handlers; one that blocks must not hold up the others
   * @param listeners tells handlers that they are cancelled; those that wait to hear it must not hold it up
   * @param timers watches deadlines
   * @param clock milliseconds since the epoch
   */
  CommandExecutor(
      Map<String, Action> actions,
      Executor handlers,
      Executor listeners,
      ScheduledExecutorService timers,
      FailureLog log,
      LongSupplier clock) {
    this.actions = Map.copyOf(actions);
    this.known = String.join(", ", new TreeSet<>(actions.keySet()));
    this.handlers = handlers;
    this.listeners = listeners;
    this.timers = timers;
    this.log = log;
    this.clock = clock;
  }

  long nowMs() {
    return clock.getAsLong();
  }

  /** Answers the waiter when the command is over. Gives the call that runs it, or null if it was refused at once. */
  RunningCall run(Command command, Waiter waiter) {
    CommandContext context = command.context();
    long now = nowMs();
    if (now >= command.deadlineMs()) {
      return refuse(waiter, Status.Code.DEADLINE_EXCEEDED, "the deadline has passed");
    }
    Action action = actions.get(context.getAction());
    if (action == null || !action.has(command.direction())) {
      String problem = action == null ? "no such action" : "this action has no undo";
      String message = problem + ": \"" + context.getAction() + "\"; served here: " + known;
      return refuse(waiter, Status.Code.UNIMPLEMENTED, message);
    }
    String key = context.getIdempotencyKey();
    if (key.isEmpty()) {
      return refuse(waiter, Status.Code.INVALID_ARGUMENT, "the command has no idempotency key");
    }
    RunningCall call;
    synchronized (lock) {
      RunningCall running = byKey.get(key);
      RunningCall before = running != null && now < running.holdsUntilMs() ? running : null;
      if (before != null && !before.aborted) {
        before.join(waiter, command.deadlineMs());
        return before;
      }
      RunningCall holder = before == null ? null : before.holder;
      call = new RunningCall(command, action, waiter, holder);
      inFlight++;
      byKey.put(key, call);
      if (holder != null) {
        holder.followers.add(call);
        return call;
      }
    }
    start(call);
    return call;
  }

  /** A waiter wants no answer any more. */
  void leave(RunningCall call, Waiter waiter) {
    List<Runnable> toTell;
    synchronized (lock) {
      if (!call.leave(waiter)) return;
      toTell = abort(call);
    }
    tell(toTell);
  }

  /** Aborts every call. */
  void abortAll() {
    List<Runnable> toTell = new ArrayList<>();
    synchronized (lock) {
      for (RunningCall call : byKey.values()) toTell.addAll(abort(call));
    }
    tell(toTell);
  }

  /** Waits until no call is in flight, at most so long. */
  void awaitIdle(long withinMs) throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(withinMs);
    synchronized (lock) {
      while (inFlight > 0) {
        long leftMs = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
        if (leftMs <= 0) return;
        lock.wait(leftMs);
      }
    }
  }

  private RunningCall refuse(Waiter waiter, Status.Code status, String message) {
    waiter.answer(Outcomes.failed(status, message));
    return null;
  }

  private void start(RunningCall call) {
    try {
      handlers.execute(() -> end(call, handle(call)));
    } catch (RejectedExecutionException | OutOfMemoryError fault) {
      // Out of memory is also what the JVM says where the system gives it no more threads.
      end(call, Outcomes.failed(Status.Code.UNAVAILABLE, "the participant has no room for the call"));
    }
  }

  private Outcome handle(RunningCall call) {
    Command command = call.command;
    try {
      synchronized (lock) {
        // It may have waited for a thread.
        if (nowMs() >= call.deadlineMs) {
          return Outcomes.failed(Status.Code.DEADLINE_EXCEEDED, "the deadline has passed");
        }
      }
      Object value = call.action.call(command, cancellationOf(call));
      Outcome outcome = Outcomes.ofReturn(value, command.direction());
      if (outcome instanceof Outcome.Failed failed && failed.retryAfterMs() < 0) log.failed(command, failed.message());
      return outcome;
    } catch (Throwable error) {
      // Errors too: whatever a handler does, its call gets an answer.
      Outcome outcome = Outcomes.ofThrow(error);
      if (outcome instanceof Outcome.Failed && !(error instanceof RetryAfter)) log.failed(command, error);
      return outcome;
    }
  }

  private void end(RunningCall call, Outcome outcome) {
    List<Waiter> waiters = new ArrayList<>();
    List<RunningCall> anew = new ArrayList<>();
    synchronized (lock) {
      finish(call, waiters);
      for (RunningCall follower : call.followers) {
        boolean wanted = !follower.aborted && nowMs() < follower.deadlineMs;
        // An abort is no answer, nor is any other technical failure.
        if (outcome instanceof Outcome.Failed && wanted) {
          follower.holder = follower;
          anew.add(follower);
        } else {
          finish(follower, waiters);
        }
      }
    }
    for (Waiter waiter : waiters) waiter.answer(outcome);
    for (RunningCall follower : anew) start(follower);
  }

  private void finish(RunningCall call, List<Waiter> waiters) {
    call.ended = true;
    call.unwatch();
    waiters.addAll(call.takeWaiters());
    byKey.remove(call.command.context().getIdempotencyKey(), call);
    inFlight--;
    lock.notifyAll();
  }

  /** Gives the listeners that are to be told, outside the lock. */
  private List<Runnable> abort(RunningCall call) {
    if (call.ended || call.aborted) return List.of();
    call.aborted = true;
    call.unwatch();
    return call.takeCancelListeners();
  }

  private void tell(List<Runnable> toTell) {
    for (Runnable listener : toTell) {
      try {
        listeners.execute(listener);
      } catch (RejectedExecutionException fault) {
        // The participant is gone.
        return;
      }
    }
  }

  private CallContext.Cancellation cancellationOf(RunningCall call) {
    return new CallContext.Cancellation() {
      @Override
      public boolean isCancelled() {
        List<Runnable> toTell;
        boolean cancelled;
        synchronized (lock) {
          toTell = nowMs() >= call.deadlineMs ? abort(call) : List.of();
          cancelled = call.aborted || call.ended;
        }
        tell(toTell);
        return cancelled;
      }

      @Override
      public void onCancelled(Runnable listener) {
        Runnable guarded = () -> listen(call, listener);
        synchronized (lock) {
          if (!call.aborted && !call.ended) {
            call.cancelListeners.add(guarded);
            watchDeadline(call);
            return;
          }
        }
        guarded.run();
      }
    };
  }

  private void listen(RunningCall call, Runnable listener) {
    try {
      listener.run();
    } catch (Throwable error) {
      log.failed(call.command, error);
    }
  }

  private void lookAtDeadline(RunningCall call) {
    List<Runnable> toTell = List.of();
    synchronized (lock) {
      call.deadlineWatch = null;
      if (nowMs() >= call.deadlineMs) toTell = abort(call);
      // A later attempt that joined has moved the deadline.
      else if (!call.ended && !call.aborted) watchDeadline(call);
    }
    tell(toTell);
  }

  private void watchDeadline(RunningCall call) {
    if (call.deadlineWatch != null || call.deadlineMs == Command.NEVER) return;
    long leftMs = Math.max(0, call.deadlineMs - nowMs());
    call.deadlineWatch = timers.schedule(() -> lookAtDeadline(call), leftMs, TimeUnit.MILLISECONDS);
  }
}
