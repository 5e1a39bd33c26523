package io.backstitch.barrier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.backstitch.internal.Outcome;
import io.backstitch.participant.Action;
import io.backstitch.participant.Bench;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

class SqliteBarrierTest {
  @TempDir Path folder;

  private Ledger ledger;
  private BarrierContract contract;

  @BeforeEach
  void open() throws Exception {
    SQLiteDataSource dataSource = dataSource(SQLiteConfig.JournalMode.WAL);
    ledger = Ledger.open(dataSource, Barrier.sqlite(dataSource));
    contract = new BarrierContract(ledger);
  }

  private SQLiteDataSource dataSource(SQLiteConfig.JournalMode journal) {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(journal);
    SQLiteDataSource dataSource = new SQLiteDataSource(config);
    dataSource.setUrl("jdbc:sqlite:" + folder.resolve(journal + ".db"));
    return dataSource;
  }

  @Test
  @DisplayName("[barrier.sqlite.rules] every order of Dos and Undos comes to what the rules say")
  void rules() throws Exception {
    contract.sequences();
    contract.answersAgain();
    contract.fillsInDoOutput();
    contract.lateCall();
    contract.connectionIsGuarded();
  }

  @Test
  @DisplayName("[barrier.sqlite.concurrency] duplicates at once apply one effect, and Dos and Undos do not mix")
  void concurrency() throws Exception {
    contract.duplicates();
    contract.undoWaitsForItsDo();
    contract.manyEffectsAtOnce();
    contract.installAgain();
  }

  @Test
  @DisplayName("[barrier.sqlite.clean] old rows go, in batches, and young ones stay")
  void clean() throws Exception {
    contract.answersAgain();
    contract.clean(
        """
        WITH RECURSIVE old (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM old WHERE i < 2500)
        INSERT INTO backstitch_barrier (effect_id, saga_id, written_at) SELECT 'old' || i, 's', 0 FROM old""");
  }

  /** A handler that says that it has begun, and waits. */
  private static BarrierDo<Object> gated(CountDownLatch begun, CountDownLatch gate) {
    return (connection, input, context) -> {
      Ledger.add(connection, context.effectId());
      begun.countDown();
      gate.await();
      return null;
    };
  }

  @Test
  @DisplayName("a barrier waits while another connection's handler holds the database, until the deadline")
  void waitsWhileBusy() throws Exception {
    for (SQLiteConfig.JournalMode journal : List.of(SQLiteConfig.JournalMode.WAL, SQLiteConfig.JournalMode.DELETE)) {
      SQLiteDataSource one = dataSource(journal);
      SQLiteDataSource two = dataSource(journal);
      Ledger first = Ledger.open(one, Barrier.sqlite(one));
      Ledger second = Ledger.open(two, Barrier.sqlite(two));
      CountDownLatch begun = new CountDownLatch(1);
      CountDownLatch gate = new CountDownLatch(1);
      Action slow = first.barrier().action(Object.class, gated(begun, gate));
      Action quick = second.barrier().action(Object.class, gated(new CountDownLatch(0), new CountDownLatch(0)));
      BarrierContract.inThreads(
          2,
          threads -> {
            Bench.Call holder = Bench.newEffect();
            var doing = CompletableFuture.supplyAsync(() -> holder.apply(slow), threads);
            begun.await();
            long before = System.nanoTime();
            Bench.Call late = Bench.newEffect();
            assertInstanceOf(Outcome.Failed.class, late.within(100).apply(quick));
            assertTrue(System.nanoTime() - before < TimeUnit.SECONDS.toNanos(2), "it waits no longer than it may");
            Bench.Call patient = Bench.newEffect();
            var waiting = CompletableFuture.supplyAsync(() -> patient.within(10_000).apply(quick), threads);
            Thread.sleep(60);
            gate.countDown();
            assertEquals("done", Ledger.name(doing.get(10, TimeUnit.SECONDS)));
            assertEquals("done", Ledger.name(waiting.get(10, TimeUnit.SECONDS)));
            assertEquals(List.of(1, 0, 1), counts(first, holder, late, patient));
          });
    }
  }

  @Test
  @DisplayName("a wait for the handlers before it ends with the deadline")
  void waitsInLine() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    Action slow = ledger.barrier().action(Object.class, gated(begun, gate));
    // Another barrier on the same DataSource stands in the same line.
    Action quick = Barrier.sqlite(ledger.dataSource()).action((connection, input, context) -> null);
    BarrierContract.inThreads(
        1,
        threads -> {
          var doing = CompletableFuture.supplyAsync(() -> Bench.newEffect().apply(slow), threads);
          begun.await();
          Outcome late = Bench.newEffect().within(100).apply(quick);
          assertEquals(4, assertInstanceOf(Outcome.Failed.class, late).status());
          gate.countDown();
          assertEquals("done", Ledger.name(doing.get(10, TimeUnit.SECONDS)));
        });
  }

  @Test
  @DisplayName("a connection that a pool lends without autocommit goes back so, however the handler ended")
  void lentWithoutAutocommit() throws Exception {
    try (Connection only = dataSource(SQLiteConfig.JournalMode.WAL).getConnection();
        Connection other = dataSource(SQLiteConfig.JournalMode.WAL).getConnection()) {
      only.setAutoCommit(false);
      Barrier barrier = Barrier.sqlite(lending(only));
      Action action =
          barrier.action(
              (connection, input, context) -> {
                connection.setSavepoint();
                Ledger.add(connection, context.effectId());
                if (context.deadline().isPresent()) throw new IllegalStateException("broken");
                return null;
              });
      Bench.Call call = Bench.newEffect();
      assertInstanceOf(Outcome.Failed.class, call.within(5_000).apply(action));
      assertFalse(only.getAutoCommit());
      other.createStatement().execute("BEGIN IMMEDIATE");
      assertInstanceOf(Outcome.Failed.class, call.within(50).apply(action));
      assertFalse(only.getAutoCommit());
      other.createStatement().execute("ROLLBACK");
      assertEquals(0, ledger.count(call.effectId()));
      assertEquals("done", Ledger.name(call.apply(action)));
      assertFalse(only.getAutoCommit());
      assertEquals(1, ledger.count(call.effectId()));
    }
  }

  @Test
  @DisplayName("where SQLite rolls the transaction back by itself, and the handler takes no notice, nothing is recorded")
  void rolledBackByItself() throws Exception {
    AtomicBoolean rollsBack = new AtomicBoolean(true);
    Bench.Call call = Bench.newEffect();
    Action action =
        ledger.barrier().action(
            (connection, input, context) -> {
              Ledger.add(connection, context.effectId());
              return null;
            },
            (connection, input, context) -> {
              Ledger.remove(connection, context.effectId());
              if (!rollsBack.get()) return;
              try (Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE IF NOT EXISTS one (id INTEGER PRIMARY KEY)");
                statement.execute("INSERT INTO one VALUES (1)");
                statement.execute("INSERT OR ROLLBACK INTO one VALUES (1)");
              } catch (SQLException unnoticed) {
                // As the handler would.
              }
            });
    assertEquals("done", Ledger.name(call.apply(action)));
    assertInstanceOf(Outcome.Failed.class, call.undo(action));
    assertEquals(1, ledger.count(call.effectId()));
    rollsBack.set(false);
    assertEquals("done", Ledger.name(call.undo(action)));
    assertEquals(0, ledger.count(call.effectId()));
  }

  /** Lends always the same connection, and leaves it open. */
  private static DataSource lending(Connection only) {
    ClassLoader loader = SqliteBarrierTest.class.getClassLoader();
    Object kept =
        Proxy.newProxyInstance(
            loader,
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> method.getName().equals("close") ? null : method.invoke(only, arguments));
    return (DataSource)
        Proxy.newProxyInstance(loader, new Class<?>[] {DataSource.class}, (proxy, method, arguments) ->
            method.getName().equals("getConnection") ? kept : System.identityHashCode(proxy));
  }

  private static List<Integer> counts(Ledger ledger, Bench.Call... calls) throws Exception {
    List<Integer> counts = new ArrayList<>();
    for (Bench.Call call : calls) counts.add(ledger.count(call.effectId()));
    return counts;
  }
}
