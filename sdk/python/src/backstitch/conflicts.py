"""Transactions that PostgreSQL gave up for another one's sake, which are to be run again."""

from __future__ import annotations

import random

ATTEMPTS = 8
"""How often a transaction is run at the most."""

_SERIALIZATION_FAILURE = "40001"
_DEADLOCK = "40P01"


class RowGoneError(Exception):
    """The barrier's row was cleaned away between two statements: the transaction starts over, as after a conflict."""

    sqlstate = _SERIALIZATION_FAILURE


def is_conflict(error: BaseException) -> bool:
    """Whether it is a serialization failure or a deadlock, also where SQLAlchemy or a handler wrapped it."""
    wrapped = (error, error.__cause__, getattr(error, "orig", None))
    return any(_state(each) in (_SERIALIZATION_FAILURE, _DEADLOCK) for each in wrapped)


def pause_seconds(tried: int) -> float:
    """How long to wait before the next attempt."""
    return random.uniform(0, 0.005 * 2**tried)


def _state(error: object) -> object:
    # psycopg has the first, psycopg2 the second.
    return getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
