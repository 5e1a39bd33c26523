package io.backstitch.shop.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.backstitch.barrier.Barrier;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A PostgreSQL database. */
final class Postgres {
  /** Any fixed number: it keeps several processes from creating the same tables at once. */
  private static final long MIGRATION_LOCK = 5_390_127;

  private static final int CONNECTIONS = 10;

  private Postgres() {}

  static Database open(String dsn) {
    URI place = URI.create(dsn);
    HikariConfig config = new HikariConfig();
    String query = place.getRawQuery() == null ? "" : "?" + place.getRawQuery();
    String host = place.getHost() == null ? "localhost" : place.getHost();
    String port = place.getPort() < 0 ? "" : ":" + place.getPort();
    config.setJdbcUrl("jdbc:postgresql://" + host + port + place.getRawPath() + query);
    if (place.getRawUserInfo() != null) {
      String[] user = place.getRawUserInfo().split(":", 2);
      config.setUsername(decode(user[0]));
      if (user.length > 1) config.setPassword(decode(user[1]));
    }
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(1);
    HikariDataSource pool = new HikariDataSource(config);
    return new Database(pool, Barrier.postgres(pool), List.of("SELECT pg_advisory_xact_lock(" + MIGRATION_LOCK + ")"));
  }

  private static String decode(String text) {
    // In a URL's user a plus is a plus.
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
