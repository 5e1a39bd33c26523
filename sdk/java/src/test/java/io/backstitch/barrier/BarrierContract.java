package io.backstitch.barrier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.backstitch.Pending;
import io.backstitch.Rejected;
import io.backstitch.RetryAfter;
import io.backstitch.internal.Outcome;
import io.backstitch.participant.Action;
import io.backstitch.participant.Bench;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What every barrier must do, whatever its database. */
record BarrierContract(Ledger ledger) {
  private static final BarrierUndo NO_UNDO = (connection, input, context) -> {};

  /** Runs all sequences, one after the other. */
  void sequences() throws Exception {
    for (Sequence sequence : Sequence.ALL) {
      Bench.Call call = Bench.newEffect();
      for (Sequence.Step step : sequence.steps()) {
        AtomicInteger runs = new AtomicInteger();
        Action action =
            ledger
                .barrier()
                .action(
                    (connection, input, context) -> {
                      runs.incrementAndGet();
                      Ledger.add(connection, context.effectId());
                      return behave(step.behaviour(), context.effectId());
                    },
                    (connection, input, context) -> {
                      runs.incrementAndGet();
                      Ledger.remove(connection, context.effectId());
                      behave(step.behaviour(), context.effectId());
                    });
        String answer = Ledger.name(call.send(action, step.direction()));
        assertEquals(step.expected() + ", " + step.runs(), answer + ", " + (runs.get() == 1), sequence.name());
      }
      assertEquals(sequence.effects(), ledger.count(call.effectId()), sequence.name());
    }
  }

  private static Object behave(String behaviour, String effectId) {
    return switch (behaviour) {
      case "rejected" -> throw new Rejected("NO", "not today\u0000", Map.of("why", "closed"));
      case "pending" -> throw new Pending();
      case "fails" -> throw new IllegalStateException("broken");
      case "error" -> throw new AssertionError("broken");
      case "later" -> throw new RetryAfter(Duration.ofSeconds(1));
      case "unencodable" -> List.of(1);
      default -> Map.of("id", effectId);
    };
  }

  void answersAgain() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    Action action =
        ledger
            .barrier()
            .action((connection, input, context) -> Map.of("run", runs.incrementAndGet(), "text", "ä\u0000\n"));
    Bench.Call call = Bench.newEffect();
    Outcome first = call.apply(action);
    assertTrue(((Outcome.Done) first).output().contains("\"run\":1"));
    assertEquals(first, call.apply(action));

    Action refusing =
        ledger
            .barrier()
            .action(
                (connection, input, context) -> {
                  int run = runs.incrementAndGet();
                  throw new Rejected("NO", "run " + run, Map.of("run", run));
                });
    Bench.Call refused = Bench.newEffect();
    assertEquals(new Outcome.Refused("NO", "run 2", "{\"run\":2}"), refused.apply(refusing));
    assertEquals(new Outcome.Refused("NO", "run 2", "{\"run\":2}"), refused.apply(refusing));
    assertEquals(
        "{\"kind\":\"rejected\",\"code\":\"NO\",\"message\":\"run 2\",\"details\":\"{\\\"run\\\":2}\"} null",
        ledger.stored(refused.effectId()));
  }

  void fillsInDoOutput() throws Exception {
    List<Object> seen = new CopyOnWriteArrayList<>();
    Action action =
        ledger
            .barrier()
            .action(
                (connection, input, context) -> Map.of("charge", "ch_1"),
                (connection, input, context) -> seen.add(context.doOutput().orElseThrow()));
    Bench.Call call = Bench.newEffect();
    call.apply(action);
    assertEquals("done", Ledger.name(call.undo(action)));
    assertEquals(List.of(Map.of("charge", "ch_1")), seen);
    assertEquals(
        "{\"kind\":\"done\",\"output\":\"{\\\"charge\\\":\\\"ch_1\\\"}\"} {\"kind\":\"done\",\"output\":\"\"}",
        ledger.stored(call.effectId()));
  }

  void duplicates() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    Action action =
        ledger
            .barrier()
            .action(
                (connection, input, context) -> {
                  int run = runs.incrementAndGet();
                  Ledger.add(connection, context.effectId());
                  Thread.sleep(5);
                  return Map.of("run", run);
                });
    Bench.Call call = Bench.newEffect();
    List<CompletableFuture<Outcome>> answers = new ArrayList<>();
    inThreads(20, threads -> {
      for (int i = 0; i < 20; i++) answers.add(CompletableFuture.supplyAsync(() -> call.apply(action), threads));
      for (var answer : answers) assertEquals(new Outcome.Done("{\"run\":1}"), answer.get(20, TimeUnit.SECONDS));
    });
    assertEquals(1, ledger.count(call.effectId()));
  }

  void undoWaitsForItsDo() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    Action action =
        ledger
            .barrier()
            .action(
                (connection, input, context) -> {
                  Ledger.add(connection, context.effectId());
                  begun.countDown();
                  gate.await();
                  return null;
                },
                (connection, input, context) -> Ledger.remove(connection, context.effectId()));
    Bench.Call call = Bench.newEffect();
    inThreads(2, threads -> {
      var doing = CompletableFuture.supplyAsync(() -> call.apply(action), threads);
      begun.await();
      var undoing = CompletableFuture.supplyAsync(() -> call.undo(action), threads);
      Thread.sleep(50);
      assertFalse(undoing.isDone());
      gate.countDown();
      assertEquals("done", Ledger.name(doing.get(10, TimeUnit.SECONDS)));
      assertEquals("done", Ledger.name(undoing.get(10, TimeUnit.SECONDS)));
    });
    assertEquals(0, ledger.count(call.effectId()));
  }

  void manyEffectsAtOnce() throws Exception {
    Action action =
        ledger
            .barrier()
            .action(
                (connection, input, context) -> {
                  Ledger.add(connection, context.effectId());
                  return null;
                },
                (connection, input, context) -> Ledger.remove(connection, context.effectId()));
    List<Bench.Call> calls = new ArrayList<>();
    for (int i = 0; i < 30; i++) calls.add(Bench.newEffect());
    List<CompletableFuture<Outcome>> answers = new ArrayList<>();
    inThreads(8, threads -> {
      for (Bench.Call call : calls) {
        answers.add(CompletableFuture.supplyAsync(() -> call.apply(action), threads));
        answers.add(CompletableFuture.supplyAsync(() -> call.undo(action), threads));
      }
      for (var answer : answers) {
        String name = Ledger.name(answer.get(20, TimeUnit.SECONDS));
        assertTrue(name.equals("done") || name.equals("rejected UNDONE"), name);
      }
    });
    for (Bench.Call call : calls) assertEquals(0, ledger.count(call.effectId()));
  }

  void lateCall() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    Action action =
        ledger
            .barrier()
            .action(
                (connection, input, context) -> {
                  runs.incrementAndGet();
                  return null;
                },
                NO_UNDO);
    Bench.Call call = Bench.newEffect();
    Outcome late = call.within(-1).apply(action);
    assertEquals(4, assertInstanceOf(Outcome.Failed.class, late).status());
    assertEquals("nothing", ledger.stored(call.effectId()));
    assertEquals("done", Ledger.name(call.apply(action)));
    assertEquals(1, runs.get());
    assertEquals(3, ((Outcome.Failed) Bench.withoutEffect().apply(action)).status());
  }

  void connectionIsGuarded() throws Exception {
    List<Connection> kept = new CopyOnWriteArrayList<>();
    Action action =
        ledger
            .barrier()
            .action(
                (connection, input, context) -> {
                  kept.add(connection);
                  assertEquals(connection, connection);
                  assertThrows(SQLException.class, connection::commit);
                  assertThrows(SQLException.class, connection::rollback);
                  assertThrows(SQLException.class, () -> connection.setAutoCommit(true));
                  Ledger.add(connection, "saved");
                  var savepoint = connection.setSavepoint();
                  Ledger.add(connection, context.effectId());
                  connection.rollback(savepoint);
                  Ledger.add(connection, context.effectId());
                  connection.close();
                  return null;
                });
    Bench.Call call = Bench.newEffect();
    assertEquals("done", Ledger.name(call.apply(action)));
    assertEquals(1, ledger.count(call.effectId()));
    assertTrue(kept.get(0).isClosed());
    assertThrows(SQLException.class, () -> kept.get(0).createStatement());
    // And the next one finds everything as it was.
    manyEffectsAtOnce();
    assertEquals(1, ledger.count("saved"));
  }

  void installAgain() throws Exception {
    int before = ledger.barrierRows();
    assertTrue(before > 0);
    inThreads(3, threads -> {
      List<CompletableFuture<Void>> installs = new ArrayList<>();
      for (int i = 0; i < 3; i++) installs.add(CompletableFuture.runAsync(this::install, threads));
      for (var install : installs) install.get(20, TimeUnit.SECONDS);
    });
    assertEquals(before, ledger.barrierRows());
  }

  private void install() {
    try {
      ledger.barrier().install();
    } catch (SQLException fault) {
      throw new IllegalStateException(fault);
    }
  }

  /** Rows that are young stay, those that are old go, however many there are. */
  void clean(String insertOldRows) throws Exception {
    int before = ledger.barrierRows();
    try (Connection connection = ledger.dataSource().getConnection()) {
      connection.createStatement().execute(insertOldRows);
    }
    assertEquals(2_500, ledger.barrier().clean(Duration.ofHours(1)));
    assertEquals(before, ledger.barrierRows());
    assertEquals(0, ledger.barrier().clean(Duration.ofHours(1)));
    Thread.sleep(5);
    assertEquals(before, ledger.barrier().clean(Duration.ZERO));
    assertEquals(0, ledger.barrierRows());
    assertThrows(IllegalArgumentException.class, () -> ledger.barrier().clean(Duration.ofMillis(-1)));
  }

  @FunctionalInterface
  interface WithThreads {
    void run(ExecutorService threads) throws Exception;
  }

  static void inThreads(int count, WithThreads work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try {
      work.run(threads);
    } finally {
      threads.shutdownNow();
    }
  }
}
