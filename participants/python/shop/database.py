"""A participant's own database, with the barrier's table in it: SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol

from backstitch import Action, DoContext, UndoContext

Row = dict[str, Any]
Do = Callable[["Sql", Any, DoContext], object]
Undo = Callable[["Sql", Any, UndoContext], object]


class Sql(Protocol):
    """SQL for both databases: values stand as ``?`` in the text, which has no other question mark."""

    def run(self, text: str, *values: object) -> int:
        """Runs a statement; gives the number of rows it changed."""

    def all(self, text: str, *values: object) -> list[Row]:
        """Runs a query; gives its rows."""


class Database(Protocol):
    """An open database."""

    def action(self, do: Do, undo: Undo) -> Action:
        """Makes an action whose handlers run once for an effect, in the transaction that records their answer."""

    def migrate(self, statements: str) -> None:
        """Creates what is missing: ``CREATE TABLE IF NOT EXISTS ...; ...``, in words that both databases know."""

    def reading(self) -> AbstractContextManager[Sql]:
        """Reads what is committed."""

    def close(self) -> None: ...


def open_database(url: str) -> Database:
    """Opens ``sqlite:FILE`` or ``postgres://DSN``. The file, but not the PostgreSQL database, is created if missing.

    Raises a ValueError for anything else.
    """
    # Either only where it is wanted: this keeps the start quick.
    if url.startswith("sqlite:"):
        from shop.sqlite import SqliteDatabase

        return SqliteDatabase(url.removeprefix("sqlite:"))
    if url.startswith(("postgres://", "postgresql://")):
        from shop.postgres import PostgresDatabase

        return PostgresDatabase(url)
    raise ValueError("a database is sqlite:FILE or postgres://USER:PASSWORD@HOST/NAME")
