"""The barrier in PostgreSQL over psycopg 3, which is not a dependency of this package."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, cast

from backstitch.answers import Direction
from backstitch.barrier import Barrier, BarrierSession
from backstitch.barrier_answers import seconds_left
from backstitch.barrier_rules import BarrierRow, StoredAnswer, to_json
from backstitch.barrier_sql import CLEAN_BATCH, INSTALL_LOCK, POSTGRES, WAIT_SECONDS
from backstitch.conflicts import ATTEMPTS, RowGoneError, is_conflict, pause_seconds
from backstitch.context import DoContext

if TYPE_CHECKING:
    from psycopg import Connection

C = TypeVar("C", bound="Connection[Any]")
C_co = TypeVar("C_co", bound="Connection[Any]", covariant=True)
T = TypeVar("T")


class PostgresPool(Protocol[C_co]):
    """What is used of a pool; a ``ConnectionPool`` of psycopg_pool has it."""

    def connection(self, timeout: float | None = None) -> AbstractContextManager[C_co]: ...


def postgres_barrier(source: PostgresPool[C] | Callable[[], C]) -> Barrier[C]:
    """A barrier in PostgreSQL.

    Handlers get the connection, inside its transaction; they must neither end the transaction nor keep the connection.
    After a serialization failure or a deadlock the handler runs again in a new transaction, so effects outside the
    database need the idempotency key.

    :param source: a pool, or a function that connects: each transaction then has a connection of its own, closed after
    """
    return Barrier(_PostgresStore(source))


def lock_timeout_ms(context: DoContext) -> int:
    """How long a transaction may wait for another one on the same effect."""
    return max(1, math.ceil(seconds_left(context, WAIT_SECONDS) * 1000))


def given_up() -> RuntimeError:
    """The failure of a handler that raised psycopg's Rollback, which ends a transaction without being passed on."""
    return RuntimeError("the handler has rolled back the barrier's transaction")


def run_again(work: Callable[[], T]) -> T:
    """Runs a transaction, and after a conflict runs it again."""
    tried = 1
    while True:
        try:
            return work()
        except Exception as error:
            if tried == ATTEMPTS or not is_conflict(error):
                raise
        time.sleep(pause_seconds(tried))
        tried += 1


class _PostgresStore(Generic[C]):
    def __init__(self, source: PostgresPool[C] | Callable[[], C]) -> None:
        self._source = source

    def install(self) -> None:
        def work(session: _PostgresSession[C]) -> None:
            session.execute(f"SELECT pg_advisory_xact_lock({INSTALL_LOCK})")
            for statement in POSTGRES.schema:
                session.execute(statement)

        self._transaction(WAIT_SECONDS, work)

    def clean(self, before: float) -> int:
        until = datetime.fromtimestamp(before, UTC)

        def work(session: _PostgresSession[C]) -> int:
            rows: int = session.execute(POSTGRES.clean, until, CLEAN_BATCH).rowcount
            return rows

        return self._transaction(WAIT_SECONDS, work)

    def transaction(self, context: DoContext, work: Callable[[BarrierSession[C]], T]) -> T:
        def limited(session: _PostgresSession[C]) -> T:
            session.execute(f"SET LOCAL lock_timeout = {lock_timeout_ms(context)}")
            return work(session)

        return self._transaction(seconds_left(context, WAIT_SECONDS), limited)

    def _transaction(self, wait: float, work: Callable[[_PostgresSession[C]], T]) -> T:
        def attempt() -> T:
            with self._connection(wait) as connection, connection.transaction():
                return work(_PostgresSession(connection))
            raise given_up()

        return run_again(attempt)

    def _connection(self, wait: float) -> AbstractContextManager[C]:
        source = self._source
        return cast("AbstractContextManager[C]", source()) if callable(source) else source.connection(max(0.001, wait))


class _PostgresSession(Generic[C]):
    def __init__(self, connection: C) -> None:
        from psycopg import Cursor
        from psycopg.rows import tuple_row

        self.tx = connection
        # Not the connection's own kind, whose rows and placeholders may be others.
        self._cursor = Cursor(connection, row_factory=tuple_row)

    def execute(self, text: str, *values: object) -> Any:
        return self._cursor.execute(text.encode(), values or None)

    def claim(self, context: DoContext) -> BarrierRow | None:
        if self.execute(POSTGRES.insert, context.effect_id, context.saga_id).rowcount == 1:
            return None
        row = self.execute(POSTGRES.select, context.effect_id).fetchone()
        if row is None:
            raise RowGoneError
        return BarrierRow.read(*row)

    def savepoint(self) -> None:
        # The limit on waiting for locks was the barrier's; the handler's statements have the connection's own.
        self.execute("SET LOCAL lock_timeout TO DEFAULT; SAVEPOINT backstitch_handler")

    def release_savepoint(self) -> None:
        """Not needed: psycopg lets nobody end the transaction, and its end releases all savepoints."""

    def rollback_to_savepoint(self) -> None:
        self.execute("ROLLBACK TO SAVEPOINT backstitch_handler")

    def record(self, context: DoContext, direction: Direction, answer: StoredAnswer) -> None:
        self.execute(POSTGRES.record[direction], to_json(answer), context.effect_id)
