package io.backstitch.barrier;

import io.backstitch.internal.Outcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A database with a ledger: a table of effects that the handlers write in the barrier's transaction. */
record Ledger(DataSource dataSource, Barrier barrier) {
  /** Creates both tables. */
  static Ledger open(DataSource dataSource, Barrier barrier) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.createStatement().execute("CREATE TABLE IF NOT EXISTS ledger (effect_id text)");
    }
    barrier.install();
    return new Ledger(dataSource, barrier);
  }

  static void add(Connection connection, String effectId) throws SQLException {
    execute(connection, "INSERT INTO ledger VALUES (?)", effectId);
  }

  static void remove(Connection connection, String effectId) throws SQLException {
    execute(connection, "DELETE FROM ledger WHERE effect_id = ?", effectId);
  }

  int count(String effectId) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement query = connection.prepareStatement("SELECT count(*) FROM ledger WHERE effect_id = ?")) {
      query.setString(1, effectId);
      return first(query);
    }
  }

  int barrierRows() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement query = connection.prepareStatement("SELECT count(*) FROM backstitch_barrier")) {
      return first(query);
    }
  }

  /** What the table holds of an effect. */
  String stored(String effectId) throws SQLException {
    String select = "SELECT do_answer, undo_answer FROM backstitch_barrier WHERE effect_id = ?";
    try (Connection connection = dataSource.getConnection();
        PreparedStatement query = connection.prepareStatement(select)) {
      query.setString(1, effectId);
      try (ResultSet row = query.executeQuery()) {
        return row.next() ? row.getString(1) + " " + row.getString(2) : "nothing";
      }
    }
  }

  /** An outcome in a word or two. */
  static String name(Outcome outcome) {
    if (outcome instanceof Outcome.Done) return "done";
    if (outcome instanceof Outcome.Accepted) return "pending";
    return outcome instanceof Outcome.Refused refused ? "rejected " + refused.code() : "fails";
  }

  private static int first(PreparedStatement query) throws SQLException {
    try (ResultSet row = query.executeQuery()) {
      row.next();
      return row.getInt(1);
    }
  }

  private static void execute(Connection connection, String sql, String effectId) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, effectId);
      statement.executeUpdate();
    }
  }
}
