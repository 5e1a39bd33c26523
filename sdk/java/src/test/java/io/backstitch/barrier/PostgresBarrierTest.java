package io.backstitch.barrier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.backstitch.Rejected;
import io.backstitch.internal.Outcome;
import io.backstitch.participant.Action;
import io.backstitch.participant.Bench;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class PostgresBarrierTest {
  /** Others may use the same database. */
  private final String schema = "java_" + UUID.randomUUID().toString().replace('-', '_');

  private String url;

  /** A ledger in a schema of this test's own. */
  private Ledger open(String isolation) throws SQLException {
    PGSimpleDataSource dataSource = dataSource(isolation);
    try (Connection connection = dataSource.getConnection()) {
      connection.createStatement().execute("CREATE SCHEMA IF NOT EXISTS " + schema);
    }
    return Ledger.open(dataSource, Barrier.postgres(dataSource));
  }

  private PGSimpleDataSource dataSource(String isolation) {
    url = TestPostgres.url();
    PGSimpleDataSource dataSource = TestPostgres.dataSource(url);
    dataSource.setCurrentSchema(schema);
    dataSource.setOptions("-c default_transaction_isolation=" + isolation.replace(" ", "\\ "));
    return dataSource;
  }

  @AfterEach
  void drop() throws SQLException {
    if (url == null) return;
    try (Connection connection = TestPostgres.dataSource(url).getConnection()) {
      connection.createStatement().execute("DROP SCHEMA IF EXISTS " + schema + " CASCADE");
    }
  }

  @Test
  @DisplayName("[barrier.postgres.rules] every order of Dos and Undos comes to what the rules say")
  void rules() throws Exception {
    for (String isolation : List.of("read committed", "serializable")) {
      BarrierContract contract = new BarrierContract(open(isolation));
      contract.sequences();
      contract.answersAgain();
      contract.fillsInDoOutput();
      contract.lateCall();
      contract.connectionIsGuarded();
      drop();
    }
  }

  @Test
  @DisplayName("[barrier.postgres.concurrency] duplicates at once apply one effect, and Dos and Undos do not mix")
  void concurrency() throws Exception {
    for (String isolation : List.of("read committed", "serializable")) {
      BarrierContract contract = new BarrierContract(open(isolation));
      contract.duplicates();
      contract.undoWaitsForItsDo();
      contract.manyEffectsAtOnce();
      contract.installAgain();
      drop();
    }
  }

  @Test
  @DisplayName("[barrier.postgres.clean] old rows go, in batches, and young ones stay")
  void clean() throws Exception {
    BarrierContract contract = new BarrierContract(open("read committed"));
    contract.answersAgain();
    contract.clean(
        """
        INSERT INTO backstitch_barrier (effect_id, saga_id, written_at)
          SELECT 'old' || i, 's', '2020-01-01' FROM generate_series(1, 2500) i""");
  }

  @Test
  @DisplayName("serialization failures are retried, and no update is lost")
  void serializationFailures() throws Exception {
    Ledger ledger = open("serializable");
    execute(ledger, "CREATE TABLE account (balance int)", "INSERT INTO account VALUES (0)");
    AtomicInteger runs = new AtomicInteger();
    CyclicBarrier together = new CyclicBarrier(4);
    Action action =
        ledger
            .barrier()
            .action(
                (connection, input, context) -> {
                  int balance = balance(connection);
                  if (runs.incrementAndGet() <= 4) together.await(10, TimeUnit.SECONDS);
                  connection.createStatement().executeUpdate("UPDATE account SET balance = " + (balance + 1));
                  return null;
                });
    List<CompletableFuture<Outcome>> answers = new ArrayList<>();
    BarrierContract.inThreads(
        4,
        threads -> {
          for (int i = 0; i < 4; i++) {
            answers.add(CompletableFuture.supplyAsync(() -> Bench.newEffect().apply(action), threads));
          }
          for (var answer : answers) assertEquals("done", Ledger.name(answer.get(10, TimeUnit.SECONDS)));
        });
    try (Connection connection = ledger.dataSource().getConnection()) {
      assertEquals(4, balance(connection));
    }
    assertTrue(runs.get() > 4);
  }

  @Test
  @DisplayName("a connection that breaks under a handler fails the attempt, leaves nothing, and the next one succeeds")
  void brokenConnection() throws Exception {
    Ledger ledger = open("read committed");
    AtomicInteger runs = new AtomicInteger();
    Action action =
        ledger
            .barrier()
            .action(
                (connection, input, context) -> {
                  Ledger.add(connection, context.effectId());
                  if (runs.incrementAndGet() > 1) return null;
                  int pid = number(connection, "SELECT pg_backend_pid()");
                  execute(ledger, "SELECT pg_terminate_backend(" + pid + ")");
                  return null;
                });
    Bench.Call call = Bench.newEffect();
    assertEquals("fails", Ledger.name(call.apply(action)));
    assertEquals(0, ledger.count(call.effectId()));
    assertEquals("done", Ledger.name(call.apply(action)));
    assertEquals(1, ledger.count(call.effectId()));
  }

  @Test
  @DisplayName("a refusal after a failed statement is still recorded")
  void refusalAfterFailure() throws Exception {
    Ledger ledger = open("read committed");
    Action action =
        ledger
            .barrier()
            .action(
                (connection, input, context) -> {
                  assertThrows(SQLException.class, () -> number(connection, "SELECT 1 / 0"));
                  throw new Rejected("NO");
                });
    Bench.Call call = Bench.newEffect();
    assertEquals(new Outcome.Refused("NO", "", null), call.apply(action));
    assertEquals(new Outcome.Refused("NO", "", null), call.apply(action));
  }

  @Test
  @DisplayName("a wait for another transaction on the effect ends with the deadline, and binds no handler")
  void lockWait() throws Exception {
    Ledger ledger = open("read committed");
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    Action action =
        ledger
            .barrier()
            .action(
                (connection, input, context) -> {
                  String setting = "SELECT setting::int FROM pg_settings WHERE name = 'lock_timeout'";
                  assertEquals(0, number(connection, setting));
                  begun.countDown();
                  gate.await();
                  return null;
                });
    Bench.Call call = Bench.newEffect();
    BarrierContract.inThreads(
        1,
        threads -> {
          var doing = CompletableFuture.supplyAsync(() -> call.apply(action), threads);
          begun.await();
          Outcome late = call.within(200).apply(action);
          assertTrue(assertInstanceOf(Outcome.Failed.class, late).message().contains("lock timeout"));
          gate.countDown();
          assertEquals("done", Ledger.name(doing.get(10, TimeUnit.SECONDS)));
        });
  }

  private static int balance(Connection connection) throws SQLException {
    return number(connection, "SELECT balance FROM account");
  }

  private static int number(Connection connection, String sql) throws SQLException {
    try (ResultSet row = connection.createStatement().executeQuery(sql)) {
      row.next();
      return row.getInt(1);
    }
  }

  private static void execute(Ledger ledger, String... statements) throws SQLException {
    try (Connection connection = ledger.dataSource().getConnection()) {
      for (String statement : statements) connection.createStatement().execute(statement);
    }
  }
}
