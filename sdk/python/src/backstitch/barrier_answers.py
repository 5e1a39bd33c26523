"""What barriers with and without an event loop share: a handler's answer, on its way into and out of the record."""

from __future__ import annotations

import time

from backstitch.answers import (
    Direction,
    DoneOutcome,
    ErrorOutcome,
    Pending,
    PendingOutcome,
    Rejected,
    Status,
    StatusError,
    decode_output,
    outcome_of_return,
)
from backstitch.barrier_rules import BarrierRow, StoredAnswer
from backstitch.context import DoContext, UndoContext

LONGEST_WAIT_SECONDS = (2**31 - 1) / 1000
"""The most that a call waits for a database: both count their time-outs in milliseconds of 32 bits."""


def assert_named(context: DoContext) -> None:
    """Without an effect id there is nothing to record an answer under."""
    if context.effect_id == "":
        raise StatusError(Status.INVALID_ARGUMENT, "the command has no effect id")


def assert_in_time(context: DoContext) -> None:
    """A wait for the database may have outlasted the deadline, after which nothing may begin."""
    if seconds_left(context, 1) <= 0:
        raise late()


def late() -> StatusError:
    """The failure of a call that got the database too late, or not at all."""
    return StatusError(Status.DEADLINE_EXCEEDED, "the deadline passed while waiting for the database")


def seconds_left(context: DoContext, otherwise: float) -> float:
    """How long the call may wait; ``otherwise`` where it has no deadline."""
    if context.deadline is None:
        return otherwise
    return min(context.deadline.timestamp() - time.time(), LONGEST_WAIT_SECONDS)


def recall_do_output(context: UndoContext, row: BarrierRow | None) -> None:
    """Gives an Undo the output that is recorded of its Do, where the command did not bring it."""
    if row is not None and isinstance(row.do, DoneOutcome) and context.do_output is None:
        context.do_output = decode_output(row.do.output)


def stored_answer(direction: Direction, value: object) -> StoredAnswer:
    """The answer of a handler that returned or raised ``value``. A technical failure is raised as it is."""
    if isinstance(value, BaseException) and not isinstance(value, Rejected | Pending):
        raise value
    outcome = outcome_of_return(value, direction)
    if isinstance(outcome, ErrorOutcome):
        raise StatusError(outcome.status, outcome.message)
    return outcome


def reply(answer: StoredAnswer) -> object:
    """An answer as a handler would give it."""
    match answer:
        case DoneOutcome(output):
            return None if output == "" else decode_output(output)
        case PendingOutcome():
            return Pending()
        case _:
            return Rejected(
                answer.code, answer.message, None if answer.details is None else decode_output(answer.details)
            )
