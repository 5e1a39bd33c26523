"""The barrier makes a handler's work happen once: it records its answer in the transaction in which the work is done.

The rules stand in barrier_rules, the databases in barrier_sqlite, barrier_postgres and barrier_sqlalchemy.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

from backstitch.answers import Direction, Pending, Rejected, RejectedOutcome
from backstitch.barrier_answers import assert_in_time, assert_named, recall_do_output, reply, stored_answer
from backstitch.barrier_rules import Answer, BarrierRow, StoredAnswer, decide, is_recorded
from backstitch.barrier_sql import CLEAN_BATCH
from backstitch.context import DoContext, UndoContext
from backstitch.duration import Duration, to_seconds
from backstitch.inputs import AnyHandler, adapt, is_async
from backstitch.participant import Action, GuardedDo, GuardedUndo

Tx = TypeVar("Tx")
Tx_co = TypeVar("Tx_co", covariant=True)
T = TypeVar("T")


class BarrierSession(Protocol[Tx_co]):
    """An effect's row inside an open transaction."""

    @property
    def tx(self) -> Tx_co:
        """What handlers get."""

    def claim(self, context: DoContext) -> BarrierRow | None:
        """Inserts the row, waiting for other transactions on it; gives what was there before, or None."""

    def savepoint(self) -> None:
        """Before the handler."""

    def release_savepoint(self) -> None:
        """Keeps what the handler did. Raises a RuntimeError where it has ended the transaction."""

    def rollback_to_savepoint(self) -> None:
        """Takes back what the handler did."""

    def record(self, context: DoContext, direction: Direction, answer: StoredAnswer) -> None: ...


class BarrierStore(Protocol[Tx_co]):
    """What the barrier wants of a database."""

    def install(self) -> None: ...

    def clean(self, before: float) -> int:
        """Removes rows last written before this, CLEAN_BATCH at the most, and gives their number.

        :param before: seconds since the epoch
        """

    def transaction(self, context: DoContext, work: Callable[[BarrierSession[Tx_co]], T]) -> T:
        """Runs the work in a transaction that may write, commits it, and rolls back if it raises.

        May run it again after conflicts.
        """


class Barrier(Generic[Tx]):
    """Guards actions whose effects live in one database. Its handlers are plain functions."""

    def __init__(self, store: BarrierStore[Tx]) -> None:
        self._store = store

    def install(self) -> None:
        """Creates the table ``backstitch_barrier`` unless it is there."""
        self._store.install()

    def clean(self, older_than: Duration) -> int:
        """Removes rows that were last written longer ago than this, and gives their number.

        A row may go a day after its saga is final, so take the longest life of a saga and add a day.
        """
        before = time.time() - to_seconds(older_than)
        removed = 0
        while True:
            batch = self._store.clean(before)
            removed += batch
            if batch < CLEAN_BATCH:
                return removed

    def action(self, do: GuardedDo[Tx], undo: GuardedUndo[Tx] | None = None) -> Action:
        """Makes an action whose handlers run once for an effect, inside the transaction that records their answer."""
        run_do = _plain(do)
        run_undo = None if undo is None else _plain(undo)

        def guarded_do(input: Any, context: DoContext) -> object:
            return reply(self._guard("do", context, lambda tx, _row: run_do(tx, input, context)))

        def guarded_undo(input: Any, context: UndoContext) -> object:
            def run(tx: Tx, row: BarrierRow | None) -> object:
                recall_do_output(context, row)
                assert run_undo is not None
                return run_undo(tx, input, context)

            return reply(self._guard("undo", context, run))

        return Action(guarded_do, None if run_undo is None else guarded_undo)

    def _guard(
        self, direction: Direction, context: DoContext, run: Callable[[Tx, BarrierRow | None], object]
    ) -> StoredAnswer:
        assert_named(context)

        def work(session: BarrierSession[Tx]) -> StoredAnswer:
            row = session.claim(context)
            decision = decide(direction, row)
            if isinstance(decision, Answer):
                if decision.record:
                    session.record(context, direction, decision.answer)
                return decision.answer
            assert_in_time(context)
            session.savepoint()
            try:
                value = run(session.tx, row)
            except (Rejected, Pending) as answered:
                value = answered
            answer = stored_answer(direction, value)
            if isinstance(answer, RejectedOutcome):
                session.rollback_to_savepoint()
            else:
                session.release_savepoint()
            if is_recorded(direction, answer):
                session.record(context, direction, answer)
            return answer

        return self._store.transaction(context, work)


def _plain(handler: AnyHandler) -> AnyHandler:
    if is_async(handler):
        raise TypeError(f"this barrier's transactions block, so {handler!r} has to be a plain function")
    return adapt(handler, input_at=1)
