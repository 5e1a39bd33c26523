package io.backstitch.shop;

import io.backstitch.participant.DoContext;
import io.backstitch.participant.UndoContext;
import io.backstitch.shop.database.Sql;
import java.sql.SQLException;
import java.util.List;

/**
 * The ledger has a line for every effect that was applied or undone, written in the effect's own transaction and never
 * changed. It has no unique key on purpose: an effect that happened twice stands there twice.
 */
public final class Ledger {
  static final List<String> SCHEMA =
      List.of(
          """
          CREATE TABLE IF NOT EXISTS ledger (
            effect_id TEXT NOT NULL,
            saga_id   TEXT NOT NULL,
            action    TEXT NOT NULL,
            direction TEXT NOT NULL,
            at_ms     BIGINT NOT NULL -- milliseconds since the epoch
          )""",
          "CREATE INDEX IF NOT EXISTS ledger_saga ON ledger (saga_id)");

  private Ledger() {}

  /** Writes the line of an effect, in its transaction. */
  public static void write(Sql sql, DoContext context) throws SQLException {
    sql.run(
        "INSERT INTO ledger (effect_id, saga_id, action, direction, at_ms) VALUES (?, ?, ?, ?, ?)",
        context.effectId(),
        context.sagaId(),
        context.action(),
        context instanceof UndoContext ? "undo" : "do",
        System.currentTimeMillis());
  }

  /** How many lines there are of an effect in a direction, "do" or "undo". */
  public static long count(Sql sql, String effectId, String direction) throws SQLException {
    return sql.number("SELECT COUNT(*) FROM ledger WHERE effect_id = ? AND direction = ?", effectId, direction);
  }
}
