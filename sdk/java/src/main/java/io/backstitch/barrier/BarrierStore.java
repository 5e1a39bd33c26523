package io.backstitch.barrier;

import io.backstitch.internal.Direction;
import io.backstitch.internal.Outcome;
import io.backstitch.participant.DoContext;
import java.sql.Connection;
import java.sql.SQLException;

/** What the barrier wants of a database. */
interface BarrierStore {
  void install() throws SQLException;

  /** Removes rows that were last written before this time, at most so many at once, and gives their number. */
  int clean(long beforeMs, int atMost) throws SQLException;

  /**
   * Runs the work in a transaction that may write, commits it, and rolls back if it throws. May run it again on
   * conflicts.
   */
  Outcome transaction(DoContext context, Work work) throws Exception;

  /** What is done in a transaction. */
  @FunctionalInterface
  interface Work {
    Outcome run(Session session) throws Exception;
  }

  /** An effect's row inside an open transaction. */
  interface Session {
    /** The real one, which handlers get as a {@link HandlerConnection}. */
    Connection connection();

    /** Inserts the row, waiting for other transactions on it; gives what was there before. */
    BarrierRules.Row claim(DoContext context) throws SQLException;

    void savepoint() throws SQLException;

    void rollbackToSavepoint() throws SQLException;

    /** Fails where the transaction is no longer that of the savepoint. */
    void releaseSavepoint() throws SQLException;

    void record(DoContext context, Direction direction, Outcome answer) throws SQLException;
  }
}
