"""What a handler knows about its call."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from math import inf

from google.protobuf.struct_pb2 import Struct

from backstitch.answers import Direction, Status, StatusError
from backstitch.cancellation import Cancellation
from backstitch.gen.v1.participant_service_pb2 import CommandContext
from backstitch.payload import JsonObject, from_struct

WirePayload = Struct | bytes | None
"""A payload as its transport brought it: a message, UTF-8 JSON, or nothing."""

_END_OF_TIME = datetime.max.replace(tzinfo=UTC).timestamp() - 1
_ITEM = re.compile(r"#(\d+)(?:@\d+)?$")


@dataclass(frozen=True, slots=True)
class Command:
    """A Do or an Undo, whichever way it came."""

    direction: Direction
    context: CommandContext
    input: WirePayload
    do_input: WirePayload
    do_output: WirePayload
    deadline: float
    """Seconds since the epoch, by the clock of this machine; infinity: none."""


class DoContext:
    """What a Do handler knows about its call."""

    def __init__(self, command: Command, cancellation: Cancellation) -> None:
        self._command = command
        self._context = command.context
        self._cancellation = cancellation

    @property
    def namespace(self) -> str:
        return self._context.namespace

    @property
    def saga_id(self) -> str:
        return self._context.saga_id

    @property
    def definition(self) -> str:
        """The definition's name."""
        return self._context.definition

    @property
    def version(self) -> int:
        """The definition's version."""
        return self._context.version

    @property
    def step(self) -> str:
        return self._context.step

    @property
    def action(self) -> str:
        return self._context.action

    @property
    def effect_id(self) -> str:
        """Names the effect; the same in Do and Undo and for all attempts."""
        return self._context.effect_id

    @property
    def item(self) -> int | None:
        """The item of a for-each step, counted from 0; None for other steps."""
        found = _ITEM.search(self.effect_id)
        return None if found is None else int(found[1])

    @property
    def idempotency_key(self) -> str:
        """The same for all attempts in one direction: hand it to services that take an idempotency key."""
        return self._context.idempotency_key

    @property
    def attempt(self) -> int:
        """Counts from 1."""
        return self._context.attempt

    @property
    def deadline(self) -> datetime | None:
        """When the orchestrator stops waiting; None: never."""
        seconds = self._command.deadline
        return None if seconds > _END_OF_TIME else datetime.fromtimestamp(seconds, UTC)

    @cached_property
    def metadata(self) -> Mapping[str, str]:
        """traceparent, tracestate and what the saga's caller passed through."""
        return dict(self._context.metadata)

    @property
    def completion_token(self) -> str:
        """For the client's ``complete`` and ``heartbeat`` after ``Pending``. The same for all attempts; a secret."""
        return self._context.completion_token

    @property
    def cancelled(self) -> bool:
        """Whether nobody wants the answer any more: given up, or past the deadline."""
        return self._cancellation.is_set()

    def wait_cancelled(self, timeout: float | None = None) -> bool:
        """Blocks until nobody wants the answer any more, or for ``timeout`` seconds; says whether that is so.

        For plain handlers; an ``async`` one awaits ``until_cancelled()``.
        """
        return self._cancellation.wait(timeout)

    async def until_cancelled(self) -> None:
        """Waits until nobody wants the answer any more."""
        await self._cancellation.wait_async()


class UndoContext(DoContext):
    """What an Undo handler knows about its call."""

    @cached_property
    def do_input(self) -> JsonObject:
        """What the Do was given."""
        return read_payload(self._command.do_input)

    @cached_property
    def do_output(self) -> JsonObject | None:
        """What the Do answered; None where that is not known. A barrier fills it in from its own record."""
        payload = self._command.do_output
        return None if payload is None or payload == b"" else read_payload(payload)


def read_payload(payload: WirePayload) -> JsonObject:
    """Reads a payload. Nothing is an empty object.

    Raises a StatusError (INVALID_ARGUMENT) if it is not a JSON object.
    """
    if payload is None or payload == b"":
        return {}
    if isinstance(payload, Struct):
        return from_struct(payload)
    try:
        value = json.loads(payload.decode(), parse_constant=_refuse)
    except (ValueError, RecursionError):
        # Neither the text nor the parser's quotation of it may reach a message.
        value = None
    if not isinstance(value, dict):
        raise StatusError(Status.INVALID_ARGUMENT, "the payload is not a JSON object")
    return value


def deadline_of(context: CommandContext) -> float:
    """When a command that is received now must not be begun any more, by the clock of this machine.

    In seconds since the epoch; infinity: never. The orchestrator's own ``deadline`` counts only where it sends no
    ``timeout``.
    """
    if context.HasField("timeout"):
        return time.time() + _seconds(context.timeout.seconds, context.timeout.nanos)
    if context.HasField("deadline"):
        return _seconds(context.deadline.seconds, context.deadline.nanos)
    return inf


def _seconds(seconds: int, nanos: int) -> float:
    return seconds + nanos / 1e9


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
