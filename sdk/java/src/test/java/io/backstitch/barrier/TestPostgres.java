package io.backstitch.barrier;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.net.URI;
import org.postgresql.ds.PGSimpleDataSource;

/** The PostgreSQL that the environment gives. */
final class TestPostgres {
  private TestPostgres() {}

  /** Without it a test fails on CI, and is skipped elsewhere. */
  static String url() {
    String url = System.getenv("BACKSTITCH_POSTGRES");
    if (url != null && !url.isEmpty()) return url;
    String message = "the environment has no BACKSTITCH_POSTGRES";
    return System.getenv("CI") == null ? abort(message) : fail(message);
  }

  /** Over connections that are not pooled. */
  static PGSimpleDataSource dataSource(String url) {
    URI place = URI.create(url);
    String[] user = place.getUserInfo() == null ? new String[0] : place.getUserInfo().split(":", 2);
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setServerNames(new String[] {place.getHost()});
    dataSource.setPortNumbers(new int[] {place.getPort() < 0 ? 5432 : place.getPort()});
    dataSource.setDatabaseName(place.getPath().substring(1));
    if (user.length > 0) dataSource.setUser(user[0]);
    if (user.length > 1) dataSource.setPassword(user[1]);
    return dataSource;
  }
}
