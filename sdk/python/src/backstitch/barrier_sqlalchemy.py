"""The barrier over SQLAlchemy, in PostgreSQL or SQLite. SQLAlchemy is not a dependency of this package."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from backstitch.answers import Direction
from backstitch.barrier import Barrier
from backstitch.barrier_postgres import lock_timeout_ms, run_again
from backstitch.barrier_rules import BarrierRow, StoredAnswer, to_json
from backstitch.barrier_sql import CLEAN_BATCH, INSTALL_LOCK, POSTGRES, SQLITE, Statements
from backstitch.barrier_sqlite import now_ms, taking_turns, turn_of
from backstitch.conflicts import RowGoneError
from backstitch.context import DoContext

if TYPE_CHECKING:
    from sqlalchemy import Connection, CursorResult, Engine
    from sqlalchemy.orm import Session

Tx = TypeVar("Tx")
T = TypeVar("T")


def sqlalchemy_barrier(engine: Engine) -> Barrier[Connection]:
    """A barrier over an engine for PostgreSQL or SQLite. Handlers get the Connection, inside its transaction.

    They must not end it: ``begin_nested()`` is theirs, ``commit()`` is not. What ``postgres_barrier`` and
    ``sqlite_barrier`` say of conflicts and of waiting holds here, too.
    """
    return Barrier(_SqlalchemyStore(engine, _Handed(nullcontext, lambda _: None, lambda _: None)))


def sqlalchemy_session_barrier(engine: Engine) -> Barrier[Session]:
    """As ``sqlalchemy_barrier``, but handlers get an ORM Session.

    It is flushed after the handler. Its ``commit()`` and ``rollback()`` end a savepoint, never the transaction.
    """
    from sqlalchemy.orm import Session

    def open_session(connection: Connection) -> Session:
        return Session(connection, join_transaction_mode="create_savepoint")

    return Barrier(_SqlalchemyStore(engine, _Handed(open_session, Session.commit, Session.rollback)))


@dataclass(frozen=True, slots=True)
class _Handed(Generic[Tx]):
    """What handlers are handed, and how it is ended within the barrier's savepoint."""

    open: Callable[[Connection], AbstractContextManager[Tx]]
    keep: Callable[[Tx], None]
    take_back: Callable[[Tx], None]


class _SqlalchemyStore(Generic[Tx]):
    def __init__(self, engine: Engine, handed: _Handed[Tx]) -> None:
        if engine.dialect.name not in ("postgresql", "sqlite"):
            raise ValueError(f"the barrier knows PostgreSQL and SQLite, not {engine.dialect.name}")
        self._engine = engine
        self._handed = handed
        self._is_postgres = engine.dialect.name == "postgresql"
        self._statements = POSTGRES if self._is_postgres else SQLITE
        file = engine.url.database
        self._turn = turn_of(os.path.realpath(file) if file and file != ":memory:" else f"in memory {id(engine)}")

    def install(self) -> None:
        def work(session: _SqlalchemySession[Tx]) -> None:
            if self._is_postgres:
                session.execute(f"SELECT pg_advisory_xact_lock({INSTALL_LOCK})")
            for statement in self._statements.schema:
                session.execute(statement)

        self.transaction(None, work)

    def clean(self, before: float) -> int:
        until = datetime.fromtimestamp(before, UTC) if self._is_postgres else int(before * 1000)
        return self.transaction(
            None, lambda session: session.execute(self._statements.clean, until, CLEAN_BATCH).rowcount
        )

    def transaction(self, context: DoContext | None, work: Callable[[_SqlalchemySession[Tx]], T]) -> T:
        if self._is_postgres:
            return run_again(lambda: self._in_postgres(context, work))
        return self._in_sqlite(context, work)

    def _in_postgres(self, context: DoContext | None, work: Callable[[_SqlalchemySession[Tx]], T]) -> T:
        with self._engine.connect() as connection, connection.begin():
            if context is not None:
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {lock_timeout_ms(context)}")
            return self._run(connection, work)

    def _in_sqlite(self, context: DoContext | None, work: Callable[[_SqlalchemySession[Tx]], T]) -> T:
        with taking_turns(self._turn, context) as wait, self._engine.connect() as connection:
            driver = cast("sqlite3.Connection", connection.connection.dbapi_connection)
            (usual_timeout,) = driver.execute("PRAGMA busy_timeout").fetchone()
            driver.execute(f"PRAGMA busy_timeout = {int(wait * 1000)}")
            try:
                with connection.begin():
                    # The engine may have an event that begins in its own way.
                    if driver.in_transaction:
                        connection.exec_driver_sql("ROLLBACK")
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                    return self._run(connection, work)
            finally:
                driver.execute(f"PRAGMA busy_timeout = {usual_timeout}")

    def _run(self, connection: Connection, work: Callable[[_SqlalchemySession[Tx]], T]) -> T:
        with self._handed.open(connection) as tx:
            return work(_SqlalchemySession(connection, tx, self._handed, self._statements))


class _SqlalchemySession(Generic[Tx]):
    def __init__(self, connection: Connection, tx: Tx, handed: _Handed[Tx], statements: Statements) -> None:
        self.tx = tx
        self._connection = connection
        self._statements = statements
        self._is_postgres = statements is POSTGRES
        self._handed = handed

    def execute(self, text: str, *values: object) -> CursorResult[Any]:
        return self._connection.exec_driver_sql(text, values or None)

    def claim(self, context: DoContext) -> BarrierRow | None:
        written_at = () if self._is_postgres else (now_ms(),)
        if self.execute(self._statements.insert, context.effect_id, context.saga_id, *written_at).rowcount == 1:
            return None
        row: Any = self.execute(self._statements.select, context.effect_id).first()
        if row is None:
            raise RowGoneError
        return BarrierRow.read(*row)

    def savepoint(self) -> None:
        if self._is_postgres:
            # The limit on waiting for locks was the barrier's; the handler's statements have the connection's own.
            self.execute("SET LOCAL lock_timeout TO DEFAULT")
        self.execute("SAVEPOINT backstitch_handler")

    def release_savepoint(self) -> None:
        self._handed.keep(self.tx)
        self.execute("RELEASE SAVEPOINT backstitch_handler")

    def rollback_to_savepoint(self) -> None:
        self._handed.take_back(self.tx)
        self.execute("ROLLBACK TO SAVEPOINT backstitch_handler")

    def record(self, context: DoContext, direction: Direction, answer: StoredAnswer) -> None:
        written_at = () if self._is_postgres else (now_ms(),)
        self.execute(self._statements.record[direction], to_json(answer), *written_at, context.effect_id)
