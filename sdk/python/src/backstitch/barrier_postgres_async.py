"""The barrier in PostgreSQL over psycopg's asynchronous connections; the same steps as in barrier_postgres."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, cast

from backstitch.answers import Direction
from backstitch.barrier_answers import seconds_left
from backstitch.barrier_async import AsyncBarrier, AsyncBarrierSession
from backstitch.barrier_postgres import given_up, lock_timeout_ms
from backstitch.barrier_rules import BarrierRow, StoredAnswer, to_json
from backstitch.barrier_sql import CLEAN_BATCH, INSTALL_LOCK, POSTGRES, WAIT_SECONDS
from backstitch.conflicts import ATTEMPTS, RowGoneError, is_conflict, pause_seconds
from backstitch.context import DoContext

if TYPE_CHECKING:
    from psycopg import AsyncConnection

C = TypeVar("C", bound="AsyncConnection[Any]")
C_co = TypeVar("C_co", bound="AsyncConnection[Any]", covariant=True)
T = TypeVar("T")


class AsyncPostgresPool(Protocol[C_co]):
    """What is used of a pool; an ``AsyncConnectionPool`` of psycopg_pool has it."""

    def connection(self, timeout: float | None = None) -> AbstractAsyncContextManager[C_co]: ...


def async_postgres_barrier(source: AsyncPostgresPool[C] | Callable[[], Awaitable[C]]) -> AsyncBarrier[C]:
    """A barrier in PostgreSQL for ``async`` handlers. As ``postgres_barrier``.

    :param source: a pool, or a function that connects: each transaction then has a connection of its own, closed after
    """
    return AsyncBarrier(_AsyncPostgresStore(source))


class _AsyncPostgresStore(Generic[C]):
    def __init__(self, source: AsyncPostgresPool[C] | Callable[[], Awaitable[C]]) -> None:
        self._source = source

    async def install(self) -> None:
        async def work(session: _AsyncPostgresSession[C]) -> None:
            await session.execute(f"SELECT pg_advisory_xact_lock({INSTALL_LOCK})")
            for statement in POSTGRES.schema:
                await session.execute(statement)

        await self._transaction(WAIT_SECONDS, work)

    async def clean(self, before: float) -> int:
        until = datetime.fromtimestamp(before, UTC)

        async def work(session: _AsyncPostgresSession[C]) -> int:
            rows: int = (await session.execute(POSTGRES.clean, until, CLEAN_BATCH)).rowcount
            return rows

        return await self._transaction(WAIT_SECONDS, work)

    async def transaction(self, context: DoContext, work: Callable[[AsyncBarrierSession[C]], Awaitable[T]]) -> T:
        async def limited(session: _AsyncPostgresSession[C]) -> T:
            await session.execute(f"SET LOCAL lock_timeout = {lock_timeout_ms(context)}")
            return await work(session)

        return await self._transaction(seconds_left(context, WAIT_SECONDS), limited)

    async def _transaction(self, wait: float, work: Callable[[_AsyncPostgresSession[C]], Awaitable[T]]) -> T:
        tried = 1
        while True:
            try:
                async with await self._connection(wait) as connection, connection.transaction():
                    return await work(_AsyncPostgresSession(connection))
                raise given_up()
            except Exception as error:
                if tried == ATTEMPTS or not is_conflict(error):
                    raise
            await asyncio.sleep(pause_seconds(tried))
            tried += 1

    async def _connection(self, wait: float) -> AbstractAsyncContextManager[C]:
        source = self._source
        if callable(source):
            return cast("AbstractAsyncContextManager[C]", await source())
        return source.connection(max(0.001, wait))


class _AsyncPostgresSession(Generic[C]):
    def __init__(self, connection: C) -> None:
        from psycopg import AsyncCursor
        from psycopg.rows import tuple_row

        self.tx = connection
        # Not the connection's own kind, whose rows and placeholders may be others.
        self._cursor = AsyncCursor(connection, row_factory=tuple_row)

    async def execute(self, text: str, *values: object) -> Any:
        return await self._cursor.execute(text.encode(), values or None)

    async def claim(self, context: DoContext) -> BarrierRow | None:
        if (await self.execute(POSTGRES.insert, context.effect_id, context.saga_id)).rowcount == 1:
            return None
        row = await (await self.execute(POSTGRES.select, context.effect_id)).fetchone()
        if row is None:
            raise RowGoneError
        return BarrierRow.read(*row)

    async def savepoint(self) -> None:
        # The limit on waiting for locks was the barrier's; the handler's statements have the connection's own.
        await self.execute("SET LOCAL lock_timeout TO DEFAULT; SAVEPOINT backstitch_handler")

    async def rollback_to_savepoint(self) -> None:
        await self.execute("ROLLBACK TO SAVEPOINT backstitch_handler")

    async def record(self, context: DoContext, direction: Direction, answer: StoredAnswer) -> None:
        await self.execute(POSTGRES.record[direction], to_json(answer), context.effect_id)
