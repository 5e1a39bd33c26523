package io.backstitch.shop;

import java.util.List;

/**
 * Completion tokens of work that a service answered with pending, kept in its own database until somebody outside has
 * finished the work and calls CompleteStep. Every service has the table.
 */
final class Tokens {
  static final List<String> SCHEMA =
      List.of(
          """
          CREATE TABLE IF NOT EXISTS completion_tokens (
            effect_id TEXT PRIMARY KEY,
            saga_id   TEXT NOT NULL,
            step      TEXT NOT NULL,
            token     TEXT NOT NULL
          )""");

  private Tokens() {}
}
