package io.backstitch.client;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.util.UUID;

/** What the tests are given from outside. */
final class Harness {
  private Harness() {}

  /** A variable of the environment. Without it the test fails on CI, and is skipped elsewhere. */
  static String given(String variable) {
    String value = System.getenv(variable);
    if (value != null && !value.isEmpty()) return value;
    String message = "the environment has no " + variable;
    return System.getenv("CI") == null ? abort(message) : fail(message);
  }

  /** A name that no other run uses. */
  static String unique(String name) {
    return "java-" + name + "-" + UUID.randomUUID().toString().substring(0, 8);
  }

  /** A client of the orchestrator that the environment names. */
  static Client connect() {
    return Client.connect(given("BACKSTITCH_ADDRESS"));
  }
}
