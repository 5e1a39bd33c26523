"""The barrier for ``async`` handlers; the same steps as in barrier."""

from __future__ import annotations

import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, Generic, Protocol, TypeVar

from backstitch.answers import Direction, Pending, Rejected, RejectedOutcome
from backstitch.barrier_answers import assert_in_time, assert_named, recall_do_output, reply, stored_answer
from backstitch.barrier_rules import Answer, BarrierRow, StoredAnswer, decide, is_recorded
from backstitch.barrier_sql import CLEAN_BATCH
from backstitch.context import DoContext, UndoContext
from backstitch.duration import Duration, to_seconds
from backstitch.inputs import adapt
from backstitch.participant import Action, GuardedDo, GuardedUndo

Tx = TypeVar("Tx")
Tx_co = TypeVar("Tx_co", covariant=True)
T = TypeVar("T")


class AsyncBarrierSession(Protocol[Tx_co]):
    """An effect's row inside an open transaction. As ``BarrierSession``."""

    @property
    def tx(self) -> Tx_co: ...
    async def claim(self, context: DoContext) -> BarrierRow | None: ...
    async def savepoint(self) -> None: ...
    async def rollback_to_savepoint(self) -> None: ...
    async def record(self, context: DoContext, direction: Direction, answer: StoredAnswer) -> None: ...


class AsyncBarrierStore(Protocol[Tx_co]):
    """What the barrier wants of a database. As ``BarrierStore``."""

    async def install(self) -> None: ...
    async def clean(self, before: float) -> int: ...
    async def transaction(
        self, context: DoContext, work: Callable[[AsyncBarrierSession[Tx_co]], Awaitable[T]]
    ) -> T: ...


class AsyncBarrier(Generic[Tx]):
    """Guards actions whose effects live in one database. Its handlers are ``async``."""

    def __init__(self, store: AsyncBarrierStore[Tx]) -> None:
        self._store = store

    async def install(self) -> None:
        """Creates the table ``backstitch_barrier`` unless it is there."""
        await self._store.install()

    async def clean(self, older_than: Duration) -> int:
        """Removes rows that were last written longer ago than this, and gives their number.

        A row may go a day after its saga is final, so take the longest life of a saga and add a day.
        """
        before = time.time() - to_seconds(older_than)
        removed = 0
        while True:
            batch = await self._store.clean(before)
            removed += batch
            if batch < CLEAN_BATCH:
                return removed

    def action(self, do: GuardedDo[Tx], undo: GuardedUndo[Tx] | None = None) -> Action:
        """Makes an action whose handlers run once for an effect, inside the transaction that records their answer."""
        run_do = adapt(do, input_at=1)
        run_undo = None if undo is None else adapt(undo, input_at=1)

        async def guarded_do(input: Any, context: DoContext) -> object:
            return reply(await self._guard("do", context, lambda tx, _row: run_do(tx, input, context)))

        async def guarded_undo(input: Any, context: UndoContext) -> object:
            def run(tx: Tx, row: BarrierRow | None) -> object:
                recall_do_output(context, row)
                assert run_undo is not None
                return run_undo(tx, input, context)

            return reply(await self._guard("undo", context, run))

        return Action(guarded_do, None if run_undo is None else guarded_undo)

    async def _guard(
        self, direction: Direction, context: DoContext, run: Callable[[Tx, BarrierRow | None], object]
    ) -> StoredAnswer:
        assert_named(context)

        async def work(session: AsyncBarrierSession[Tx]) -> StoredAnswer:
            row = await session.claim(context)
            decision = decide(direction, row)
            if isinstance(decision, Answer):
                if decision.record:
                    await session.record(context, direction, decision.answer)
                return decision.answer
            assert_in_time(context)
            await session.savepoint()
            try:
                value = run(session.tx, row)
                if inspect.isawaitable(value):
                    value = await value
            except (Rejected, Pending) as answered:
                value = answered
            answer = stored_answer(direction, value)
            if isinstance(answer, RejectedOutcome):
                await session.rollback_to_savepoint()
            if is_recorded(direction, answer):
                await session.record(context, direction, answer)
            return answer

        return await self._store.transaction(context, work)
