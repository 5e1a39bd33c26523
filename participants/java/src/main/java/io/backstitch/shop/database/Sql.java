package io.backstitch.shop.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** SQL for both databases over a connection. Values are sent as parameters, marked with question marks. */
public final class Sql {
  private final Connection connection;

  /** Does not close the connection. */
  public Sql(Connection connection) {
    this.connection = connection;
  }

  /** Runs a statement; gives the number of rows it changed. */
  public int run(String text, Object... values) throws SQLException {
    try (PreparedStatement statement = prepare(text, values)) {
      return statement.executeUpdate();
    }
  }

  /** Runs a query for one number. */
  public long number(String text, Object... values) throws SQLException {
    try (PreparedStatement statement = prepare(text, values);
        ResultSet row = statement.executeQuery()) {
      if (!row.next()) throw new SQLException("a query for a number found none");
      return row.getLong(1);
    }
  }

  private PreparedStatement prepare(String text, Object[] values) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(text);
    try {
      for (int i = 0; i < values.length; i++) statement.setObject(i + 1, values[i]);
      return statement;
    } catch (SQLException fault) {
      statement.close();
      throw fault;
    }
  }
}
