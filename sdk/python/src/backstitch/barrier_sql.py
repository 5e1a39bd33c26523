"""The barrier's table and the statements on it, the same in all languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from backstitch.answers import Direction

INSTALL_LOCK = 7_248_119_305
"""The advisory lock under which PostgreSQL's table is made: IF NOT EXISTS alone does not bear many at once."""
CLEAN_BATCH = 1000
"""How many old rows are removed in a transaction."""
WAIT_SECONDS = 10.0
"""How long a call without deadline waits for another transaction."""


@dataclass(frozen=True, slots=True)
class Statements:
    """What the barrier sends. Placeholders are those of the database's DB-API drivers."""

    schema: tuple[str, ...]
    insert: str
    select: str
    record: Mapping[Direction, str]
    clean: str


POSTGRES = Statements(
    schema=(
        """CREATE TABLE IF NOT EXISTS backstitch_barrier (
            effect_id   text PRIMARY KEY,
            saga_id     text NOT NULL,
            do_answer   text, -- JSON; null: the Do never came
            undo_answer text, -- JSON; null: the Undo never came
            written_at  timestamptz NOT NULL DEFAULT now()
        )""",
        "CREATE INDEX IF NOT EXISTS backstitch_barrier_written_at ON backstitch_barrier (written_at)",
    ),
    insert="INSERT INTO backstitch_barrier (effect_id, saga_id) VALUES (%s, %s) ON CONFLICT DO NOTHING",
    select="SELECT do_answer, undo_answer FROM backstitch_barrier WHERE effect_id = %s FOR UPDATE",
    record={
        "do": "UPDATE backstitch_barrier SET do_answer = %s, written_at = now() WHERE effect_id = %s",
        "undo": "UPDATE backstitch_barrier SET undo_answer = %s, written_at = now() WHERE effect_id = %s",
    },
    clean="""DELETE FROM backstitch_barrier WHERE effect_id IN
        (SELECT effect_id FROM backstitch_barrier WHERE written_at < %s LIMIT %s FOR UPDATE SKIP LOCKED)""",
)

SQLITE = Statements(
    schema=(
        """CREATE TABLE IF NOT EXISTS backstitch_barrier (
            effect_id   TEXT PRIMARY KEY,
            saga_id     TEXT NOT NULL,
            do_answer   TEXT,             -- JSON; null: the Do never came
            undo_answer TEXT,             -- JSON; null: the Undo never came
            written_at  INTEGER NOT NULL  -- milliseconds since the epoch
        )""",
        "CREATE INDEX IF NOT EXISTS backstitch_barrier_written_at ON backstitch_barrier (written_at)",
    ),
    insert="INSERT INTO backstitch_barrier (effect_id, saga_id, written_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
    select="SELECT do_answer, undo_answer FROM backstitch_barrier WHERE effect_id = ?",
    record={
        "do": "UPDATE backstitch_barrier SET do_answer = ?, written_at = ? WHERE effect_id = ?",
        "undo": "UPDATE backstitch_barrier SET undo_answer = ?, written_at = ? WHERE effect_id = ?",
    },
    clean="""DELETE FROM backstitch_barrier WHERE effect_id IN
        (SELECT effect_id FROM backstitch_barrier WHERE written_at < ? LIMIT ?)""",
)
