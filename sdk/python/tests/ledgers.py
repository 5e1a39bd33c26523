"""Databases with a barrier and a ledger: a table of effects that handlers write in the barrier's transaction."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy
from psycopg_pool import ConnectionPool

from backstitch import (
    Barrier,
    postgres_barrier,
    sqlalchemy_barrier,
    sqlalchemy_session_barrier,
    sqlite_barrier,
)

CREATE_LEDGER = "CREATE TABLE IF NOT EXISTS ledger (effect_id text)"


@dataclass(frozen=True)
class Ledger:
    """A barrier, and what handlers do with its transaction."""

    barrier: Barrier[Any]
    add: Callable[[Any, str], object]
    remove: Callable[[Any, str], object]
    read: Callable[[str], int]
    """The number that a query gives."""

    def count(self, effect_id: str) -> int:
        return self.read(f"SELECT count(*) FROM ledger WHERE effect_id = '{effect_id}'")

    def barrier_rows(self) -> int:
        return self.read("SELECT count(*) FROM backstitch_barrier")


@contextmanager
def schema_of(url: str, isolation: str = "read committed") -> Iterator[str]:
    """A schema of its own in a PostgreSQL database; gives a connection string whose tables are made there."""
    name = f"python_{uuid.uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f"CREATE SCHEMA {name}".encode())
        options = f"-csearch_path={name} -cdefault_transaction_isolation={isolation.replace(' ', chr(92) + ' ')}"
        try:
            yield psycopg.conninfo.make_conninfo(url, options=options)
        finally:
            admin.execute(f"DROP SCHEMA {name} CASCADE".encode())


@contextmanager
def sqlite_ledger(file: Path) -> Iterator[Ledger]:
    connection = sqlite3.connect(file, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(CREATE_LEDGER)

    def read(query: str) -> int:
        with sqlite3.connect(file) as reader:
            number: int = reader.execute(query).fetchone()[0]
        reader.close()
        return number

    try:
        yield Ledger(
            sqlite_barrier(connection),
            lambda tx, effect: tx.execute("INSERT INTO ledger VALUES (?)", (effect,)),
            lambda tx, effect: tx.execute("DELETE FROM ledger WHERE effect_id = ?", (effect,)),
            read,
        )
    finally:
        connection.close()


@contextmanager
def postgres_ledger(url: str, isolation: str = "read committed") -> Iterator[Ledger]:
    with schema_of(url, isolation) as dsn, ConnectionPool(dsn, min_size=1, max_size=8, open=True) as pool:

        def read(query: str) -> int:
            with pool.connection() as connection:
                row = connection.execute(query.encode()).fetchone()
                assert row is not None
                return int(row[0])

        with pool.connection() as connection:
            connection.execute(CREATE_LEDGER)
        yield Ledger(
            postgres_barrier(pool),
            lambda tx, effect: tx.execute("INSERT INTO ledger VALUES (%s)", (effect,)),
            lambda tx, effect: tx.execute("DELETE FROM ledger WHERE effect_id = %s", (effect,)),
            read,
        )


@contextmanager
def sqlalchemy_ledger(url: str | sqlalchemy.URL, *, orm: bool = False, dsn: str | None = None) -> Iterator[Ledger]:
    """:param dsn: what psycopg connects to, in place of the URL's own"""
    connect = {} if dsn is None else {"creator": lambda: psycopg.connect(dsn)}
    engine = sqlalchemy.create_engine(url, pool_size=8, **connect)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text(CREATE_LEDGER))

    def read(query: str) -> int:
        with engine.connect() as connection:
            return int(connection.execute(sqlalchemy.text(query)).scalar_one())

    try:
        yield Ledger(
            sqlalchemy_session_barrier(engine) if orm else sqlalchemy_barrier(engine),
            lambda tx, effect: tx.execute(sqlalchemy.text("INSERT INTO ledger VALUES (:id)"), {"id": effect}),
            lambda tx, effect: tx.execute(sqlalchemy.text("DELETE FROM ledger WHERE effect_id = :id"), {"id": effect}),
            read,
        )
    finally:
        engine.dispose()
