package io.backstitch.shop.database;

import com.zaxxer.hikari.HikariDataSource;
import io.backstitch.barrier.Barrier;
import io.backstitch.shop.UsageException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A participant's own database, with the barrier's table in it. */
public final class Database implements AutoCloseable {
  private final HikariDataSource pool;
  private final Barrier barrier;
  private final List<String> beforeMigration;

  Database(HikariDataSource pool, Barrier barrier, List<String> beforeMigration) {
    this.pool = pool;
    this.barrier = barrier;
    this.beforeMigration = beforeMigration;
  }

  /**
   * Opens {@code sqlite:FILE} or {@code postgres://DSN}. The file, but not the PostgreSQL database, is created if it is
   * missing.
   *
   * @throws UsageException for anything else
   */
  public static Database open(String url) throws UsageException, SQLException {
    Database database;
    if (url.startsWith("sqlite:")) database = Sqlite.open(url.substring("sqlite:".length()));
    else if (url.matches("(?s)postgres(ql)?://.*")) database = Postgres.open(url);
    else throw new UsageException("a database is sqlite:FILE or postgres://USER:PASSWORD@HOST/NAME");
    try {
      database.barrier.install();
      return database;
    } catch (SQLException fault) {
      database.close();
      throw fault;
    }
  }

  /** The barrier in this database. */
  public Barrier barrier() {
    return barrier;
  }

  /** What is read outside the barrier's transactions. */
  @FunctionalInterface
  public interface Read<T> {
    T from(Sql sql) throws SQLException;
  }

  /** Reads over a connection of its own. */
  public <T> T read(Read<T> read) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      return read.from(new Sql(connection));
    }
  }

  /** Creates what is missing, in one transaction, with statements that both databases know. */
  public void migrate(List<String> statements) throws SQLException {
    List<String> all = new ArrayList<>(beforeMigration);
    all.addAll(statements);
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (String text : all) statement.execute(text);
      connection.commit();
      connection.setAutoCommit(true);
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
