"""What both clients do, without their way to do it.

An operation is a generator: it yields the calls and pauses it needs, is sent the answers, and returns its result. Only
the clients themselves block or await, so that they share all else.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from itertools import count
from typing import Any, Generic, TypeVar
from uuid import uuid4

import grpc
from google.protobuf.message import Message

from backstitch.errors import BackstitchError
from backstitch.gen.v1.saga_pb2 import SagaView
from backstitch.retry import pause_or_raise
from backstitch.saga_state import View

T = TypeVar("T")
Response = TypeVar("Response", bound=Message)

CALL_SECONDS = 15.0
"""What a call may take beyond the time it asks the server to wait."""
PAUSE_SECONDS = 0.1
"""Between two waits, should a server answer at once."""
LONGEST_WAIT_SECONDS = 60.0
"""The most a server waits in one call."""


@dataclass(frozen=True, slots=True)
class Rpc(Generic[Response]):
    """A method of the orchestrator and what it answers with."""

    path: str
    response: type[Response]


@dataclass(frozen=True, slots=True)
class Call:
    """Wants a unary call; is sent its response, or thrown the RpcError that it failed with."""

    rpc: Rpc[Any]
    request: Message
    timeout: float


@dataclass(frozen=True, slots=True)
class Pause:
    """Wants some seconds to pass."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Scope:
    """What every operation knows of its client."""

    namespace: str


Operation = Generator[Call | Pause, Any, T]
"""What is needed for a result of type T."""


def call(rpc: Rpc[Response], request: Message, wait: float = 0.0) -> Operation[Response]:
    """Makes a call that the server may take ``wait`` seconds to answer, again after a transient failure."""
    for failed in count():
        try:
            response: Response = yield Call(rpc, request, wait + CALL_SECONDS)
            return response
        except grpc.RpcError as error:
            pause = pause_or_raise(error, failed)
        yield Pause(pause)
    raise AssertionError


def new_request_id() -> str:
    """An idempotency key for one call of the user's."""
    return str(uuid4())


def to_view(view: View) -> SagaView:
    """The message's form of a view."""
    return SagaView.SAGA_VIEW_BRIEF if view == "BRIEF" else SagaView.SAGA_VIEW_FULL


def required(message: Message, field: str) -> None:
    """Raises a BackstitchError where an answer lacks what was asked for."""
    if not message.HasField(field):
        raise BackstitchError("INTERNAL", "INTERNAL", "the server's answer lacks what was asked for")


def closed() -> BackstitchError:
    """The error of a call that the closing of its client ended, or came before."""
    return BackstitchError("CANCELLED", "CANCELLED", "the client is closed")


def serialize(message: Message) -> bytes:
    """The bytes of a request."""
    return message.SerializeToString()
