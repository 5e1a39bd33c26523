package io.backstitch.participant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.backstitch.internal.Direction;
import io.backstitch.internal.Outcome;
import io.backstitch.v1.CommandContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The executor with a clock that the test moves, and handlers that it runs by hand. */
class CommandExecutorTest {
  private static final Outcome DONE = new Outcome.Done("{}");

  private long nowMs;
  private int runs;

  /** What was given to the handlers' threads. */
  private final Queue<Runnable> begun = new ArrayDeque<>();

  private RuntimeException failure;

  private final CommandExecutor executor =
      new CommandExecutor(
          Map.of("charge", Action.of((input, context) -> handle())),
          begun::add,
          Runnable::run,
          null,
          new FailureLog(new Serving.Heard()),
          () -> nowMs);

  private Object handle() {
    runs++;
    if (failure != null) throw failure;
    return null;
  }

  /** An attempt that its sender gives up after a second, when it leaves. */
  private final class Attempt {
    final List<Outcome> answers = new ArrayList<>();
    private final Waiter waiter = answers::add;
    final RunningCall call;

    Attempt() {
      var context = CommandContext.newBuilder().setAction("charge").setEffectId("e").setIdempotencyKey("k").build();
      call =
          executor.run(
              new Command(Direction.DO, context, Payload.NONE, Payload.NONE, Payload.NONE, nowMs + 1_000), waiter);
    }

    Attempt leave() {
      executor.leave(call, waiter);
      return this;
    }
  }

  private void endNext(RuntimeException failure) {
    this.failure = failure;
    begun.remove().run();
  }

  @Nested
  @DisplayName("an attempt that comes while one before it is aborted but has not ended")
  class AfterAborted {
    @Test
    @DisplayName("waits for that, and then runs anew")
    void runsAnew() {
      Attempt first = new Attempt().leave();
      Attempt second = new Attempt();
      Attempt third = new Attempt();
      assertEquals(1, begun.size());
      endNext(new RuntimeException("aborted"));
      endNext(null);
      assertEquals(List.of(), first.answers);
      assertEquals(List.of(DONE), second.answers);
      assertEquals(List.of(DONE), third.answers);
      assertEquals(2, runs);
    }

    @Test
    @DisplayName("takes its answer where it has one after all")
    void takesItsAnswer() {
      new Attempt().leave();
      Attempt second = new Attempt();
      endNext(null);
      assertEquals(List.of(DONE), second.answers);
      assertEquals(1, runs);
    }

    @Test
    @DisplayName("does not run once it is given up itself, or late")
    void doesNotRunLate() {
      new Attempt().leave();
      new Attempt().leave();
      Attempt third = new Attempt();
      nowMs = 999;
      Runnable run = begun.remove();
      failure = new RuntimeException("aborted");
      nowMs = 1_000;
      run.run();
      assertEquals(1, third.answers.size());
      assertInstanceOf(Outcome.Failed.class, third.answers.get(0));
      assertEquals(0, begun.size());
    }

    @Test
    @DisplayName("may be one of very many")
    void veryMany() {
      for (int i = 0; i < 20_000; i++) new Attempt().leave();
      Attempt last = new Attempt();
      endNext(new RuntimeException("aborted"));
      endNext(null);
      assertEquals(List.of(DONE), last.answers);
      assertEquals(2, runs);
    }

    @Test
    @DisplayName("waits a minute and no longer, however many come")
    void waitsAMinute() {
      new Attempt().leave();
      for (int second = 5; second <= 60; second += 5) {
        nowMs = second * 1_000;
        new Attempt().leave();
      }
      assertEquals(1, begun.size());
      nowMs = 61_000;
      new Attempt();
      assertEquals(2, begun.size());
    }
  }

  @Test
  @DisplayName("an attempt joins one that runs, and both get its failure")
  void joins() {
    Attempt first = new Attempt();
    Attempt second = new Attempt();
    endNext(new RuntimeException("broken"));
    assertEquals(List.of(new Outcome.Failed(2, "broken", -1)), first.answers);
    assertEquals(first.answers, second.answers);
    assertEquals(1, runs);
  }

  @Test
  @DisplayName("a call whose thread comes after its deadline never reaches its handler")
  void lateThread() {
    Attempt first = new Attempt();
    nowMs = 1_000;
    endNext(null);
    assertEquals(List.of(new Outcome.Failed(4, "the deadline has passed", -1)), first.answers);
    assertEquals(0, runs);
    nowMs = 0;
    executor.run(
        new Command(
            Direction.DO, CommandContext.getDefaultInstance(), Payload.NONE, Payload.NONE, Payload.NONE, nowMs),
        outcome -> assertEquals(4, ((Outcome.Failed) outcome).status()));
  }

  @Test
  @DisplayName("threads that are refused fail the call, which may be tried again")
  void noRoom() {
    CommandExecutor full =
        new CommandExecutor(
            Map.of("charge", Action.of((input, context) -> null)),
            work -> {
              throw new java.util.concurrent.RejectedExecutionException();
            },
            Runnable::run,
            null,
            new FailureLog(new Serving.Heard()),
            () -> nowMs);
    var context = CommandContext.newBuilder().setAction("charge").setIdempotencyKey("k").build();
    List<Outcome> answers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      full.run(
          new Command(Direction.DO, context, Payload.NONE, Payload.NONE, Payload.NONE, Command.NEVER), answers::add);
    }
    assertEquals(2, answers.size());
    assertEquals(14, ((Outcome.Failed) answers.get(1)).status());
    assertNull(begun.peek());
  }
}
