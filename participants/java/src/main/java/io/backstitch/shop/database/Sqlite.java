package io.backstitch.shop.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.backstitch.barrier.Barrier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** A SQLite file. */
final class Sqlite {
  /** One writes, others read. */
  private static final int CONNECTIONS = 4;

  private Sqlite() {}

  static Database open(String file) {
    SQLiteConfig config = new SQLiteConfig();
    // WAL lets others read while a handler writes; FULL makes every commit durable, as a payment deserves.
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file);
    HikariConfig pooling = new HikariConfig();
    pooling.setDataSource(source);
    pooling.setMaximumPoolSize(CONNECTIONS);
    pooling.setMinimumIdle(1);
    HikariDataSource pool = withoutLeftovers(() -> new HikariDataSource(pooling));
    return new Database(pool, Barrier.sqlite(pool), List.of());
  }

  private interface Open {
    HikariDataSource open();
  }

  /** The driver unpacks its library into a file, which a process that is killed would leave behind. */
  private static HikariDataSource withoutLeftovers(Open open) {
    try {
      Path folder = Files.createTempDirectory("backstitch-sqlite-");
      System.setProperty("org.sqlite.tmpdir", folder.toString());
      try {
        return open.open();
      } finally {
        // Once it is loaded, it is needed no more.
        try (Stream<Path> files = Files.list(folder)) {
          for (Path file : files.toList()) Files.delete(file);
        }
        Files.delete(folder);
      }
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }
}
