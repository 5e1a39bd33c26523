package io.backstitch.barrier;

import io.backstitch.internal.Direction;
import io.backstitch.internal.Outcome;
import io.backstitch.participant.DoContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;

/** The barrier's table in PostgreSQL. */
final class PostgresStore implements BarrierStore {
  private static final String[] SCHEMA = {
    // Any fixed number: it keeps several processes from creating the table at once, which IF NOT EXISTS does not.
    "SELECT pg_advisory_xact_lock(7248119305)",
    """
    CREATE TABLE IF NOT EXISTS backstitch_barrier (
      effect_id   text PRIMARY KEY,
      saga_id     text NOT NULL,
      do_answer   text, -- JSON; null: the Do never came
      undo_answer text, -- JSON; null: the Undo never came
      written_at  timestamptz NOT NULL DEFAULT now()
    )""",
    "CREATE INDEX IF NOT EXISTS backstitch_barrier_written_at ON backstitch_barrier (written_at)"
  };

  private static final String SERIALIZATION_FAILURE = "40001";
  private static final String DEADLOCK = "40P01";
  private static final int ATTEMPTS = 8;

  /** How long a transaction without deadline waits for another one on the same effect. */
  private static final Duration LOCK_WAIT = Duration.ofSeconds(10);

  private final DataSource dataSource;

  PostgresStore(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  @Override
  public void install() throws SQLException {
    repeated(
        connection -> {
          for (String statement : SCHEMA) execute(connection, statement);
          return null;
        });
  }

  @Override
  public Outcome transaction(DoContext context, Work work) throws Exception {
    return repeated(
        connection -> {
          Instant until = context.deadline().orElseGet(() -> Instant.now().plus(LOCK_WAIT));
          long waitMs = Math.max(1, Duration.between(Instant.now(), until).toMillis());
          execute(connection, "SET LOCAL lock_timeout = " + Math.min(waitMs, Integer.MAX_VALUE));
          return work.run(new PostgresSession(connection));
        });
  }

  @Override
  public int clean(long beforeMs, int atMost) throws SQLException {
    String delete =
        """
        DELETE FROM backstitch_barrier WHERE effect_id IN
          (SELECT effect_id FROM backstitch_barrier WHERE written_at < ? LIMIT ? FOR UPDATE SKIP LOCKED)""";
    return repeated(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(delete)) {
            statement.setTimestamp(1, new Timestamp(beforeMs));
            statement.setInt(2, atMost);
            return statement.executeUpdate();
          }
        });
  }

  @FunctionalInterface
  private interface InTransaction<T, E extends Exception> {
    T run(Connection connection) throws SQLException, E;
  }

  /** Runs the work in a transaction; after a serialization failure or a deadlock, in a new one. */
  private <T, E extends Exception> T repeated(InTransaction<T, E> work) throws SQLException, E {
    for (int tried = 1; ; tried++) {
      try {
        return once(work);
      } catch (Exception fault) {
        if (tried == ATTEMPTS || !isConflict(fault) || !pause(tried)) throw fault;
      }
    }
  }

  private <T, E extends Exception> T once(InTransaction<T, E> work) throws SQLException, E {
    try (Connection connection = dataSource.getConnection()) {
      boolean autoCommit = connection.getAutoCommit();
      connection.setAutoCommit(false);
      T result;
      try {
        result = work.run(connection);
        connection.commit();
      } catch (Throwable fault) {
        try {
          connection.rollback();
          connection.setAutoCommit(autoCommit);
        } catch (SQLException broken) {
          // The connection is; who lent it sees that too.
          fault.addSuppressed(broken);
        }
        throw fault;
      }
      connection.setAutoCommit(autoCommit);
      return result;
    }
  }

  /** Waits a little, a longer while each time; false: this thread is to end. */
  private static boolean pause(int tried) {
    try {
      Thread.sleep((long) (ThreadLocalRandom.current().nextDouble() * 5 * (1 << tried)));
      return true;
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Also where a library has wrapped it. */
  private static boolean isConflict(Throwable fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException error) {
        return SERIALIZATION_FAILURE.equals(error.getSQLState()) || DEADLOCK.equals(error.getSQLState());
      }
    }
    return false;
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private record PostgresSession(Connection connection) implements Session {
    @Override
    public BarrierRules.Row claim(DoContext context) throws SQLException {
      String insert = "INSERT INTO backstitch_barrier (effect_id, saga_id) VALUES (?, ?) ON CONFLICT DO NOTHING";
      try (PreparedStatement statement = connection.prepareStatement(insert)) {
        statement.setString(1, context.effectId());
        statement.setString(2, context.sagaId());
        if (statement.executeUpdate() == 1) return BarrierRules.Row.NEW;
      }
      String select = "SELECT do_answer, undo_answer FROM backstitch_barrier WHERE effect_id = ? FOR UPDATE";
      try (PreparedStatement statement = connection.prepareStatement(select)) {
        statement.setString(1, context.effectId());
        try (ResultSet row = statement.executeQuery()) {
          // Cleaned away between the two statements: the transaction starts over, as after any other conflict.
          if (!row.next()) throw new SQLException("the barrier's row has gone", SERIALIZATION_FAILURE);
          return new BarrierRules.Row(StoredAnswer.read(row.getString(1)), StoredAnswer.read(row.getString(2)));
        }
      }
    }

    @Override
    public void savepoint() throws SQLException {
      // The limit on waiting for locks was the barrier's; the handler's statements have the connection's own.
      execute(connection, "SET LOCAL lock_timeout TO DEFAULT; SAVEPOINT backstitch_handler");
    }

    @Override
    public void rollbackToSavepoint() throws SQLException {
      execute(connection, "ROLLBACK TO SAVEPOINT backstitch_handler");
    }

    @Override
    public void releaseSavepoint() {
      // A transaction that has failed records nothing: PostgreSQL itself sees to that.
    }

    @Override
    public void record(DoContext context, Direction direction, Outcome answer) throws SQLException {
      String update =
          "UPDATE backstitch_barrier SET " + direction.word() + "_answer = ?, written_at = now() WHERE effect_id = ?";
      try (PreparedStatement statement = connection.prepareStatement(update)) {
        statement.setString(1, StoredAnswer.write(answer));
        statement.setString(2, context.effectId());
        statement.executeUpdate();
      }
    }
  }
}
