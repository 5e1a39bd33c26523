"""Completion tokens of work that a service answered with ``Pending``. Every service has the table."""

from __future__ import annotations

from backstitch import DoContext

from shop.database import Sql

TOKENS_SCHEMA = """
    CREATE TABLE IF NOT EXISTS completion_tokens (
      effect_id TEXT PRIMARY KEY,
      saga_id   TEXT NOT NULL,
      step      TEXT NOT NULL,
      token     TEXT NOT NULL
    );"""


def keep_token(sql: Sql, context: DoContext) -> None:
    """Keeps the token of a Do in the transaction that records the answer ``Pending``."""
    sql.run(
        """INSERT INTO completion_tokens (effect_id, saga_id, step, token) VALUES (?, ?, ?, ?)
           ON CONFLICT (effect_id) DO UPDATE SET token = excluded.token""",
        context.effect_id,
        context.saga_id,
        context.step,
        context.completion_token,
    )
