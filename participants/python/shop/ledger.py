"""The ledger has a line for every effect that was applied or undone, written in the effect's own transaction.

Lines are never changed. It has no unique key on purpose: an effect that happened twice stands there twice.
"""

from __future__ import annotations

import time
from typing import Any, Literal

from backstitch import DoContext, UndoContext

from shop.database import Do, Sql, Undo

LEDGER_SCHEMA = """
    CREATE TABLE IF NOT EXISTS ledger (
      effect_id TEXT NOT NULL,
      saga_id   TEXT NOT NULL,
      action    TEXT NOT NULL,
      direction TEXT NOT NULL,
      at_ms     BIGINT NOT NULL -- milliseconds since the epoch
    );
    CREATE INDEX IF NOT EXISTS ledger_saga ON ledger (saga_id);"""


def with_ledger(do: Do, undo: Undo) -> tuple[Do, Undo]:
    """The same handlers, with a line in the ledger for each effect. A handler that raises leaves none."""

    def write_do(sql: Sql, input: Any, context: DoContext) -> object:
        result = do(sql, input, context)
        write_ledger(sql, context, "do")
        return result

    def write_undo(sql: Sql, input: Any, context: UndoContext) -> object:
        result = undo(sql, input, context)
        write_ledger(sql, context, "undo")
        return result

    return write_do, write_undo


def write_ledger(sql: Sql, context: DoContext, direction: Literal["do", "undo"]) -> None:
    """Writes the line of an effect, in its transaction."""
    sql.run(
        "INSERT INTO ledger (effect_id, saga_id, action, direction, at_ms) VALUES (?, ?, ?, ?, ?)",
        context.effect_id,
        context.saga_id,
        context.action,
        direction,
        int(time.time() * 1000),
    )
