"""The participant that the conformance kit of test/conformance is run against: ``python -m shop.conformance``."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from threading import Lock
from typing import Any, Literal, cast

from backstitch import Action, DoContext, UndoContext

from shop.behaviours import Told, behave
from shop.database import Database, Do, Sql
from shop.ledger import write_ledger
from shop.service import ShopService, run_service

What = Literal["runs", "undo_runs", "aborted"]


class Counts:
    """What is counted of each effect, in memory: a restart forgets it.

    How often the Do (``runs``) and the Undo (``undo_runs``) of ``bare`` was begun, and how many handlers saw that they
    were given up (``aborted``).
    """

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, What]] = Counter()
        self._lock = Lock()

    def add(self, effect_id: str, what: What) -> int:
        with self._lock:
            self._counts[effect_id, what] += 1
            return self._counts[effect_id, what]

    def of(self, effect_id: str) -> dict[str, int]:
        kinds: tuple[What, ...] = ("runs", "undo_runs", "aborted")
        with self._lock:
            return {what: self._counts[effect_id, what] for what in kinds}


def own_actions(database: Database) -> Mapping[str, Action]:
    counts = Counts()
    return {
        "effect": effect(database, counts),
        "bare": bare(counts),
        "echo": Action(echo),
        "count": Action(lambda input: count(database, input["effect_id"], counts)),
    }


def effect(database: Database, counts: Counts) -> Action:
    """Behaves as told behind the barrier. The ledger's line comes first: a refusal or a failure has to take it back."""

    def do(sql: Sql, told: Told, context: DoContext) -> Any:
        write_ledger(sql, context, "do")
        return behave(told, "do", context, lambda: _add_aborted(counts, context))

    def undo(sql: Sql, _input: Any, context: UndoContext) -> None:
        write_ledger(sql, context, "undo")
        behave(cast("Told", context.do_input), "undo", context, lambda: _add_aborted(counts, context))

    return database.action(do, undo)


def bare(counts: Counts) -> Action:
    """Behaves as told without a barrier or a database, and says how often it was begun."""

    def do(told: Told, context: DoContext) -> Any:
        runs = counts.add(context.effect_id, "runs")
        output = behave(told, "do", context, lambda: _add_aborted(counts, context))
        return output | {"runs": runs} if isinstance(output, dict) and "id" in output else output

    def undo(_input: Any, context: UndoContext) -> None:
        counts.add(context.effect_id, "undo_runs")
        behave(cast("Told", context.do_input), "undo", context, lambda: _add_aborted(counts, context))

    return Action(do, undo)


def echo(input: Mapping[str, Any], context: DoContext) -> dict[str, Any]:
    """Says what it was told. Only reads."""
    deadline = context.deadline
    return {
        "namespace": context.namespace,
        "saga_id": context.saga_id,
        "definition": context.definition,
        "version": context.version,
        "step": context.step,
        "action": context.action,
        "effect_id": context.effect_id,
        "idempotency_key": context.idempotency_key,
        "attempt": context.attempt,
        "metadata": context.metadata,
        "completion_token": context.completion_token,
        "item": context.item,
        "has_deadline": deadline is not None,
        "deadline_in_ms": None if deadline is None else round((deadline.timestamp() - time.time()) * 1000),
        "input": input,
    }


def count(database: Database, effect_id: str, counts: Counts) -> dict[str, int]:
    """How often an effect was applied and undone, as the ledger has it, and what was counted in memory. Only reads."""
    with database.reading() as sql:
        rows = sql.all(
            "SELECT direction, COUNT(*) AS times FROM ledger WHERE effect_id = ? GROUP BY direction", effect_id
        )
    times = {row["direction"]: row["times"] for row in rows}
    return {"applied": times.get("do", 0), "undone": times.get("undo", 0), **counts.of(effect_id)}


def _add_aborted(counts: Counts, context: DoContext) -> None:
    counts.add(context.effect_id, "aborted")


def _named(name: str) -> Do:
    return lambda _sql, _input, _context: {"of": name}


CONFORMANCE = ShopService(
    name="conformance",
    schema="",
    actions={name: (_named(name), lambda _sql, _input, _context: None) for name in "abcdef"},
    own_actions=own_actions,
)

if __name__ == "__main__":
    run_service(CONFORMANCE)
