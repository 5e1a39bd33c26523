"""What a handler answers, and what its answer becomes before it takes the form of a transport."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from backstitch.duration import Duration, to_ms, to_seconds
from backstitch.payload import MAX_INTEGER, JsonObject

Direction = Literal["do", "undo"]

MAX_PAYLOAD_BYTES = 256 * 1024
"""The largest output a handler may give, in bytes of JSON text; the orchestrator refuses more."""
MAX_MESSAGE_LENGTH = 1000
"""The most characters of a message that leave this process."""


class Rejected(Exception):
    """Refuses a Do for a business reason, or says that an Undo cannot be undone: raise it or return it.

    Whatever the handler did must not stay; behind a barrier it is rolled back.
    """

    def __init__(self, code: str, message: str = "", details: Mapping[str, Any] | None = None) -> None:
        """
        :param code: a stable name such as ``CARD_DECLINED``, 1 to 100 characters
        :param message: for people
        :param details: JSON kept with the saga's failure
        """
        if not 1 <= len(code) <= 100:
            raise ValueError("the code of Rejected has 1 to 100 characters")
        super().__init__(code, message, details)
        self.code = code
        # Often an exception is given, whose text is meant.
        self.message = str(message)
        self.details = details

    def __str__(self) -> str:
        return f"{self.code}: {self.message}" if self.message else self.code


class RetryAfter(Exception):
    """Fails the attempt technically and asks for the next one no sooner than after ``delay``: raise it or return it."""

    def __init__(self, delay: Duration, message: str = "try again later") -> None:
        """
        :param delay: seconds, a timedelta, or text such as ``"250ms"``
        """
        super().__init__(delay, message)
        self.delay_ms = to_ms(to_seconds(delay))
        self.message = str(message)

    def __str__(self) -> str:
        return self.message


class Pending(Exception):
    """Accepts the work, to be completed later with ``context.completion_token``: return it or raise it."""


class StatusError(Exception):
    """A technical failure with a gRPC status of its own."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Status:
    """The gRPC status codes a participant answers with."""

    UNKNOWN = 2
    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14


@dataclass(frozen=True, slots=True)
class DoneOutcome:
    """The effect is applied, or gone."""

    output: str
    """JSON text; empty for an Undo."""


@dataclass(frozen=True, slots=True)
class RejectedOutcome:
    """A definite refusal."""

    code: str
    message: str
    details: str | None = None
    """JSON text."""


@dataclass(frozen=True, slots=True)
class PendingOutcome:
    """Accepted; the outcome follows."""


@dataclass(frozen=True, slots=True)
class ErrorOutcome:
    """A technical failure."""

    status: int
    message: str
    retry_after_ms: int | None = None


Outcome = DoneOutcome | RejectedOutcome | PendingOutcome | ErrorOutcome
"""What a command came to, before it takes the form of a transport."""

_SIXTEEN_DIGITS = re.compile(r"\d{16}")


def encode_output(output: object) -> str:
    """Writes a handler's output as JSON text. None becomes ``{}``, a dataclass the object of its fields.

    Raises a StatusError (INTERNAL) for what is not a JSON object, cannot be encoded, or is too large.
    """
    if output is None:
        return "{}"
    try:
        text = json.dumps(output, default=_encode_dataclass, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
        size = len(text) if text.isascii() else len(text.encode())
        # Every integer that is too large has this many digits, and few outputs have so many in a row.
        if _SIXTEEN_DIGITS.search(text):
            json.loads(text, parse_int=_safe_integer)
    except Exception:
        # Also what the output's own code raises, such as a property or a field that is not set.
        raise StatusError(Status.INTERNAL, "the output cannot be written as JSON") from None
    if text[0] != "{":
        raise StatusError(Status.INTERNAL, "the output is not a JSON object")
    if size > MAX_PAYLOAD_BYTES:
        raise StatusError(Status.INTERNAL, f"the output is larger than {MAX_PAYLOAD_BYTES} bytes")
    return text


def decode_output(text: str) -> JsonObject:
    """Reads what ``encode_output`` has written."""
    output: JsonObject = json.loads(text)
    return output


def outcome_of_return(value: object, direction: Direction) -> Outcome:
    """The outcome of a handler that returned ``value``; an Undo has no output, whatever its handler returned."""
    if isinstance(value, Rejected | Pending | RetryAfter):
        return outcome_of_raise(value)
    if direction == "undo":
        return DoneOutcome("")
    try:
        return DoneOutcome(encode_output(value))
    except StatusError as error:
        return outcome_of_raise(error)


def outcome_of_raise(error: BaseException) -> Outcome:
    """The outcome of a handler that raised ``error``: its message at most, never its traceback."""
    match error:
        case Rejected(details=None):
            return RejectedOutcome(error.code, clip(error.message))
        case Rejected():
            try:
                return RejectedOutcome(error.code, clip(error.message), encode_output(error.details))
            except StatusError as fault:
                # The refusal matters more than what it carries.
                return RejectedOutcome(error.code, clip(f"{error.message} ({fault})"))
        case Pending():
            return PendingOutcome()
        case RetryAfter():
            return ErrorOutcome(Status.UNAVAILABLE, clip(error.message), error.delay_ms)
        case StatusError():
            return ErrorOutcome(error.status, clip(str(error)))
        case _:
            return ErrorOutcome(Status.UNKNOWN, clip(_message_of(error)))


def clip(message: str) -> str:
    """A message as it may leave this process: not too long, and valid Unicode."""
    return message[:MAX_MESSAGE_LENGTH].encode(errors="replace").decode()


def _message_of(error: BaseException) -> str:
    try:
        return str(error) or type(error).__name__
    except Exception:
        # Its __str__ is the handler's own, and may be as broken as the handler.
        return type(error).__name__


def _encode_dataclass(value: object) -> dict[str, Any]:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    raise TypeError(f"{type(value).__name__} is not JSON")


def _safe_integer(digits: str) -> int:
    if abs(int(digits)) > MAX_INTEGER:
        raise ValueError("an integer beyond 2**53 - 1 would be rounded")
    return int(digits)
