"""A participant's database in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from backstitch import Action, sqlite_barrier

from shop.database import Do, Row, Sql, Undo


class SqliteDatabase:
    def __init__(self, file: str) -> None:
        self._file = file
        # Handlers run on threads; the barrier sees to it that one at a time uses the connection.
        self._connection = sqlite3.connect(file, check_same_thread=False)
        # WAL lets others read while a handler writes; FULL makes every commit durable, as a payment deserves.
        self._connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
        self._barrier = sqlite_barrier(self._connection)
        self._barrier.install()

    def action(self, do: Do, undo: Undo) -> Action:
        return self._barrier.action(
            lambda tx, input, context: do(SqliteSql(tx), input, context),
            lambda tx, input, context: undo(SqliteSql(tx), input, context),
        )

    def migrate(self, statements: str) -> None:
        self._connection.executescript(f"BEGIN IMMEDIATE; {statements}; COMMIT")

    @contextmanager
    def reading(self) -> Iterator[Sql]:
        # The other connection would show what a handler has written and may yet take back.
        with closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True)) as connection:
            yield SqliteSql(connection)

    def close(self) -> None:
        self._connection.close()


class SqliteSql:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._cursor = connection.cursor()

    def run(self, text: str, *values: object) -> int:
        return self._cursor.execute(text, values).rowcount

    def all(self, text: str, *values: object) -> list[Row]:
        rows = self._cursor.execute(text, values).fetchall()
        names = [column[0] for column in self._cursor.description]
        return [dict(zip(names, row, strict=True)) for row in rows]
