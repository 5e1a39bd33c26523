package io.backstitch.barrier;

import io.backstitch.internal.Direction;
import io.backstitch.internal.Outcome;
import io.backstitch.internal.StatusError;
import io.backstitch.participant.DoContext;
import io.grpc.Status;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;

/** The barrier's table in SQLite. */
final class SqliteStore implements BarrierStore {
  private static final String[] SCHEMA = {
    """
    CREATE TABLE IF NOT EXISTS backstitch_barrier (
      effect_id   TEXT PRIMARY KEY,
      saga_id     TEXT NOT NULL,
      do_answer   TEXT,             -- JSON; null: the Do never came
      undo_answer TEXT,             -- JSON; null: the Undo never came
      written_at  INTEGER NOT NULL  -- milliseconds since the epoch
    )""",
    "CREATE INDEX IF NOT EXISTS backstitch_barrier_written_at ON backstitch_barrier (written_at)"
  };

  /** How long a transaction without deadline waits for another process that writes. */
  private static final long BUSY_WAIT_MS = 10_000;

  /** One lock for each DataSource, whatever barriers stand on it. */
  private static final Map<DataSource, ReentrantLock> QUEUES = Collections.synchronizedMap(new WeakHashMap<>());

  private final DataSource dataSource;

  /** Lets writers in one after the other, in order, where the database would let them in at random. */
  private final ReentrantLock queue;

  SqliteStore(DataSource dataSource) {
    this.dataSource = dataSource;
    this.queue = QUEUES.computeIfAbsent(dataSource, key -> new ReentrantLock(true));
  }

  @Override
  public void install() throws SQLException {
    queued(
        Long.MAX_VALUE,
        connection -> {
          for (String statement : SCHEMA) SqliteTransaction.execute(connection, statement);
          return null;
        });
  }

  @Override
  public Outcome transaction(DoContext context, Work work) throws Exception {
    long untilMs = context.deadline().map(Instant::toEpochMilli).orElse(Long.MAX_VALUE);
    return queued(untilMs, connection -> work.run(new SqliteSession(connection)));
  }

  @Override
  public int clean(long beforeMs, int atMost) throws SQLException {
    String delete =
        """
        DELETE FROM backstitch_barrier WHERE effect_id IN
          (SELECT effect_id FROM backstitch_barrier WHERE written_at < ? LIMIT ?)""";
    return queued(
        Long.MAX_VALUE,
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(delete)) {
            statement.setLong(1, beforeMs);
            statement.setInt(2, atMost);
            return statement.executeUpdate();
          }
        });
  }

  /** Runs the work in a transaction, when those before it are over. */
  private <T, E extends Exception> T queued(long untilMs, SqliteTransaction.Work<T, E> work) throws SQLException, E {
    if (!enter(untilMs)) {
      throw new StatusError(
          Status.Code.DEADLINE_EXCEEDED, "the deadline passed while waiting for the database");
    }
    try (Connection connection = dataSource.getConnection()) {
      long busyUntilMs = untilMs == Long.MAX_VALUE ? System.currentTimeMillis() + BUSY_WAIT_MS : untilMs;
      return SqliteTransaction.run(connection, busyUntilMs, work);
    } finally {
      queue.unlock();
    }
  }

  private boolean enter(long untilMs) {
    if (untilMs == Long.MAX_VALUE) {
      queue.lock();
      return true;
    }
    try {
      return queue.tryLock(Math.max(1, untilMs - System.currentTimeMillis()), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private record SqliteSession(Connection connection) implements Session {
    @Override
    public BarrierRules.Row claim(DoContext context) throws SQLException {
      String insert =
          "INSERT INTO backstitch_barrier (effect_id, saga_id, written_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
      try (PreparedStatement statement = connection.prepareStatement(insert)) {
        statement.setString(1, context.effectId());
        statement.setString(2, context.sagaId());
        statement.setLong(3, System.currentTimeMillis());
        if (statement.executeUpdate() == 1) return BarrierRules.Row.NEW;
      }
      String select = "SELECT do_answer, undo_answer FROM backstitch_barrier WHERE effect_id = ?";
      try (PreparedStatement statement = connection.prepareStatement(select)) {
        statement.setString(1, context.effectId());
        try (ResultSet row = statement.executeQuery()) {
          if (!row.next()) throw new SQLException("the barrier's row is not there");
          return new BarrierRules.Row(StoredAnswer.read(row.getString(1)), StoredAnswer.read(row.getString(2)));
        }
      }
    }

    @Override
    public void savepoint() throws SQLException {
      SqliteTransaction.execute(connection, "SAVEPOINT backstitch_handler");
    }

    @Override
    public void rollbackToSavepoint() throws SQLException {
      SqliteTransaction.execute(connection, "ROLLBACK TO backstitch_handler");
    }

    /**
     * After some failures SQLite rolls back all of a transaction. Had the handler taken no notice, its answer would be
     * recorded without its work; the savepoint is gone then.
     */
    @Override
    public void releaseSavepoint() throws SQLException {
      SqliteTransaction.execute(connection, "RELEASE backstitch_handler");
    }

    @Override
    public void record(DoContext context, Direction direction, Outcome answer) throws SQLException {
      String update =
          "UPDATE backstitch_barrier SET " + direction.word() + "_answer = ?, written_at = ? WHERE effect_id = ?";
      try (PreparedStatement statement = connection.prepareStatement(update)) {
        statement.setString(1, StoredAnswer.write(answer));
        statement.setLong(2, System.currentTimeMillis());
        statement.setString(3, context.effectId());
        statement.executeUpdate();
      }
    }
  }
}
