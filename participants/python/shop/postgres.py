"""A participant's database in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from backstitch import Action, postgres_barrier
from psycopg import Connection
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from shop.database import Do, Row, Sql, Undo

MIGRATION_LOCK = 5_390_127
"""Any fixed number: it keeps several processes from creating the same tables at once."""


class PostgresDatabase:
    def __init__(self, dsn: str) -> None:
        self._pool: ConnectionPool[Connection[Any]] = ConnectionPool(dsn, min_size=1, max_size=10, open=True)
        self._pool.wait(timeout=10)
        self._barrier = postgres_barrier(self._pool)
        self._barrier.install()

    def action(self, do: Do, undo: Undo) -> Action:
        return self._barrier.action(
            lambda tx, input, context: do(PostgresSql(tx), input, context),
            lambda tx, input, context: undo(PostgresSql(tx), input, context),
        )

    def migrate(self, statements: str) -> None:
        with self._pool.connection() as connection:
            # Statements that are sent together are one transaction.
            connection.execute(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK}); {statements}".encode())

    @contextmanager
    def reading(self) -> Iterator[Sql]:
        with self._pool.connection() as connection:
            yield PostgresSql(connection)

    def close(self) -> None:
        self._pool.close()


class PostgresSql:
    def __init__(self, connection: Connection[Any]) -> None:
        self._cursor = connection.cursor(row_factory=dict_row)

    def run(self, text: str, *values: object) -> int:
        return self._cursor.execute(text.replace("?", "%s").encode(), values).rowcount

    def all(self, text: str, *values: object) -> list[Row]:
        return self._cursor.execute(text.replace("?", "%s").encode(), values).fetchall()
