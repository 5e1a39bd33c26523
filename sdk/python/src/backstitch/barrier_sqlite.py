"""The barrier in SQLite over the standard library's sqlite3."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar
from weakref import WeakValueDictionary

from backstitch.answers import Direction
from backstitch.barrier import Barrier
from backstitch.barrier_answers import late, seconds_left
from backstitch.barrier_rules import BarrierRow, StoredAnswer, to_json
from backstitch.barrier_sql import CLEAN_BATCH, SQLITE, WAIT_SECONDS
from backstitch.context import DoContext

T = TypeVar("T")

_turns: WeakValueDictionary[str, threading.Lock] = WeakValueDictionary()
_turns_guard = threading.Lock()


def sqlite_barrier(connection: sqlite3.Connection) -> Barrier[sqlite3.Connection]:
    """A barrier in SQLite. Handlers get the connection, inside a transaction begun with BEGIN IMMEDIATE.

    The transactions of one database run one after the other; those of other processes are waited for, until the call's
    deadline. Handlers must not end the transaction, as ``with connection:``, ``commit()`` and ``executescript()`` do.

    :param connection: one of the barrier's own, opened with ``check_same_thread=False``, as handlers run on threads.
        The barrier sets its busy timeout.
    """
    return Barrier(_SqliteStore(connection))


def turn_of(database: str) -> threading.Lock:
    """The lock of a database in this process, shared by all barriers on it."""
    with _turns_guard:
        lock = _turns.get(database)
        if lock is None:
            lock = _turns[database] = threading.Lock()
        return lock


@contextmanager
def taking_turns(lock: threading.Lock, context: DoContext | None) -> Iterator[float]:
    """Holds a database's lock, until the call's deadline at the most; gives the seconds that are left to wait."""
    if context is None or context.deadline is None:
        lock.acquire()
    elif not lock.acquire(timeout=max(0.0, seconds_left(context, 0))):
        raise late()
    try:
        yield WAIT_SECONDS if context is None else max(0.0, seconds_left(context, WAIT_SECONDS))
    finally:
        lock.release()


class _SqliteStore:
    def __init__(self, connection: sqlite3.Connection) -> None:
        _assert_usable(connection)
        self._connection = connection
        databases = _SqliteSession(connection).execute("PRAGMA database_list")
        file = next(file for _, name, file in databases if name == "main")
        self._turn = turn_of(os.path.realpath(file) if file else f"in memory {id(connection)}")

    def install(self) -> None:
        def work(session: _SqliteSession) -> None:
            for statement in SQLITE.schema:
                session.execute(statement)

        self.transaction(None, work)

    def clean(self, before: float) -> int:
        return self.transaction(
            None, lambda session: session.execute(SQLITE.clean, int(before * 1000), CLEAN_BATCH).rowcount
        )

    def transaction(self, context: DoContext | None, work: Callable[[_SqliteSession], T]) -> T:
        connection = self._connection
        with taking_turns(self._turn, context) as wait:
            session = _SqliteSession(connection)
            session.execute(f"PRAGMA busy_timeout = {int(wait * 1000)}")
            session.execute("BEGIN IMMEDIATE")
            try:
                result = work(session)
                session.execute("COMMIT")
            except BaseException:
                # SQLite may have rolled back by itself, as it does on a full disk.
                with suppress(sqlite3.Error):
                    session.execute("ROLLBACK")
                raise
            return result


class _SqliteSession:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self.tx = connection
        self._cursor = connection.cursor()
        # The handlers' rows may be others.
        self._cursor.row_factory = None

    def execute(self, text: str, *values: object) -> sqlite3.Cursor:
        return self._cursor.execute(text, values)

    def claim(self, context: DoContext) -> BarrierRow | None:
        if self.execute(SQLITE.insert, context.effect_id, context.saga_id, now_ms()).rowcount == 1:
            return None
        return BarrierRow.read(*self.execute(SQLITE.select, context.effect_id).fetchone())

    def savepoint(self) -> None:
        self.execute("SAVEPOINT backstitch_handler")

    def release_savepoint(self) -> None:
        try:
            self.execute("RELEASE backstitch_handler")
        except sqlite3.OperationalError:
            raise RuntimeError("the handler has ended the barrier's transaction") from None

    def rollback_to_savepoint(self) -> None:
        self.execute("ROLLBACK TO backstitch_handler")

    def record(self, context: DoContext, direction: Direction, answer: StoredAnswer) -> None:
        self.execute(SQLITE.record[direction], to_json(answer), now_ms(), context.effect_id)


def now_ms() -> int:
    """Milliseconds since the epoch."""
    return int(time.time() * 1000)


def _assert_usable(connection: sqlite3.Connection) -> None:
    if getattr(connection, "autocommit", True) is False:
        raise ValueError("a connection with autocommit=False is always in a transaction: leave that out")
    faults: list[sqlite3.ProgrammingError] = []

    def look() -> None:
        try:
            connection.execute("SELECT 1")
        except sqlite3.ProgrammingError as error:
            faults.append(error)

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    if faults:
        raise ValueError("handlers run on threads: open the barrier's connection with check_same_thread=False")
