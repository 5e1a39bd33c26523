package io.backstitch.shop;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * How a program is started.
 *
 * @param db {@code sqlite:FILE} or {@code postgres://DSN}
 * @param port 0: a free one
 * @param faults what goes wrong in every call
 * @param serve whether the Serve stream is offered
 */
public record Arguments(String db, int port, Faults faults, boolean serve) {
  private static final Set<String> KNOWN = Set.of("--db", "--port", "--faults", "--serve");
  private static final int LARGEST_PORT = 65_535;

  /** What follows the program's name. */
  public static Arguments parse(String[] arguments) throws UsageException {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i < arguments.length; i += 2) {
      String name = arguments[i];
      if (!KNOWN.contains(name)) throw new UsageException(name + " is not known");
      if (i + 1 == arguments.length) throw new UsageException(name + " has no value");
      given.put(name, arguments[i + 1]);
    }
    if (!given.containsKey("--db")) throw new UsageException("--db is missing");
    String serve = given.getOrDefault("--serve", "on");
    if (!serve.equals("on") && !serve.equals("off")) throw new UsageException("--serve is on or off");
    return new Arguments(
        given.get("--db"), port(given.getOrDefault("--port", "0")), faults(given.get("--faults")), serve.equals("on"));
  }

  private static int port(String text) throws UsageException {
    try {
      int port = Integer.parseInt(text);
      if (port >= 0 && port <= LARGEST_PORT) return port;
    } catch (NumberFormatException fault) {
      // Said below.
    }
    throw new UsageException("--port is 0 to 65535");
  }

  private static Faults faults(String text) throws UsageException {
    try {
      return Faults.parse(text);
    } catch (IllegalArgumentException fault) {
      throw new UsageException("--faults is a JSON object");
    }
  }
}
