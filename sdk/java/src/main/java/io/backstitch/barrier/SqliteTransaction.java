package io.backstitch.barrier;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A transaction begun with BEGIN IMMEDIATE, in words of SQL: JDBC's own transactions begin deferred unless the driver
 * is told otherwise, and a deferred one that writes after it has read fails at once when another is ahead of it.
 */
final class SqliteTransaction {
  private static final int SQLITE_BUSY = 5;

  private SqliteTransaction() {}

  /** What is done in a transaction. */
  @FunctionalInterface
  interface Work<T, E extends Exception> {
    T run(Connection connection) throws SQLException, E;
  }

  /** Runs the work, commits, and rolls back if it throws. Waits until a time while another process writes. */
  static <T, E extends Exception> T run(Connection connection, long untilMs, Work<T, E> work)
      throws SQLException, E {
    boolean autoCommit = connection.getAutoCommit();
    if (!autoCommit) connection.setAutoCommit(true);
    T result;
    try {
      begin(connection, untilMs);
      result = work.run(connection);
      whileBusy(untilMs, () -> commit(connection));
    } catch (Throwable fault) {
      // Each may fail: where nothing was begun, or SQLite has rolled back by itself, as it does on a full disk.
      attempt(fault, () -> rollback(connection));
      attempt(fault, () -> connection.setAutoCommit(autoCommit));
      throw fault;
    }
    if (!autoCommit) connection.setAutoCommit(false);
    return result;
  }

  private static void attempt(Throwable fault, Command command) {
    try {
      command.run();
    } catch (SQLException another) {
      fault.addSuppressed(another);
    }
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @FunctionalInterface
  private interface Command {
    void run() throws SQLException;
  }

  /** The connection's own time of waiting might outlast the deadline, so this does not use it. */
  private static void begin(Connection connection, long untilMs) throws SQLException {
    int own = busyTimeout(connection);
    if (own != 0) execute(connection, "PRAGMA busy_timeout = 0");
    try {
      whileBusy(untilMs, () -> execute(connection, "BEGIN IMMEDIATE"));
    } finally {
      if (own != 0) execute(connection, "PRAGMA busy_timeout = " + own);
    }
  }

  private static int busyTimeout(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA busy_timeout")) {
      return row.next() ? row.getInt(1) : 0;
    }
  }

  /** A handler that set a savepoint through JDBC has turned the driver's autocommit off. */
  private static void commit(Connection connection) throws SQLException {
    if (connection.getAutoCommit()) execute(connection, "COMMIT");
    else connection.setAutoCommit(true);
  }

  private static void rollback(Connection connection) throws SQLException {
    if (connection.getAutoCommit()) {
      execute(connection, "ROLLBACK");
    } else {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  private static void whileBusy(long untilMs, Command command) throws SQLException {
    while (true) {
      try {
        command.run();
        return;
      } catch (SQLException fault) {
        if (!isBusy(fault) || System.currentTimeMillis() >= untilMs || !pause()) throw fault;
      }
    }
  }

  /** Waits a little; false: this thread is to end. */
  private static boolean pause() {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextInt(2, 10));
      return true;
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Extended codes have it in the low byte. */
  private static boolean isBusy(SQLException fault) {
    return (fault.getErrorCode() & 0xff) == SQLITE_BUSY;
  }
}
