package io.backstitch.shop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * The services' clock: where SHOP_CLOCK names a file, ahead of the machine's by the milliseconds that stand in it. A
 * development server's clock can be moved, and its shop follows it.
 */
final class Clock {
  private Clock() {}

  static Instant now() {
    String file = System.getenv("SHOP_CLOCK");
    if (file == null || file.isEmpty()) return Instant.now();
    try {
      String ahead = Files.readString(Path.of(file)).strip();
      return Instant.now().plusMillis(ahead.isEmpty() ? 0 : Long.parseLong(ahead));
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }
}
