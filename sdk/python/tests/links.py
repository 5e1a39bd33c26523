"""Plays the orchestrator towards a participant, over unary calls or the Serve stream."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, InvalidStateError
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any, Literal, Protocol

import grpc
from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct
from google.rpc.error_details_pb2 import RetryInfo
from grpc_status import rpc_status

from backstitch.gen.v1.participant_service_pb2 import (
    Command,
    CommandContext,
    CommandResult,
    DoRequest,
    ServeRequest,
    ServeResponse,
    UndoRequest,
)
from backstitch.gen.v1.participant_service_pb2_grpc import ParticipantServiceStub
from backstitch.gen.v1.saga_pb2 import Direction

_sagas = count(1)

Answer = dict[str, Any]
"""{"done": output}, {"rejected": ...}, {"pending": True} or {"error": status, "message", "retry_after_ms"}."""


@dataclass(frozen=True)
class Told:
    """A command as a test gives it."""

    action: str = "charge"
    input: Any = None
    """An object; over Serve also bytes as they are to be sent."""
    direction: Literal["do", "undo", ""] = "do"
    saga: str = field(default_factory=lambda: f"saga-{next(_sagas)}")
    do_input: Any = None
    do_output: Any = None
    timeout: float | None = None
    """Seconds."""
    context: dict[str, Any] = field(default_factory=dict)
    """Fields of the CommandContext."""

    @property
    def wire_context(self) -> CommandContext:
        effect_id = f"{self.saga}/{self.action}"
        fields: dict[str, Any] = {
            "namespace": "default",
            "saga_id": self.saga,
            "definition": "order",
            "version": 3,
            "step": "pay",
            "action": self.action,
            "effect_id": effect_id,
            "idempotency_key": f"{effect_id}/{self.direction}",
            "attempt": 1,
            "metadata": {"traceparent": "00-1-2-01"},
            "completion_token": "token",
        }
        context = CommandContext(**(fields | self.context))
        if self.timeout is not None:
            context.timeout.FromMicroseconds(int(self.timeout * 1_000_000))
        return context


@dataclass(frozen=True)
class Sent:
    """A command on its way."""

    future: Future[Answer]
    cancel: Callable[[], object]

    @property
    def answer(self) -> Answer:
        """Waits for the answer."""
        return self.future.result(20)


class Link(Protocol):
    def send(self, action: str = "charge", input: Any = None, **told: Any) -> Sent: ...


class UnaryLink:
    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = ParticipantServiceStub(channel)  # type: ignore[no-untyped-call]

    def send(self, action: str = "charge", input: Any = None, **told: Any) -> Sent:
        command = Told(action, input, **told)
        if command.direction == "do":
            call = self._stub.Do.future(DoRequest(context=command.wire_context, input=struct(command.input)))
        else:
            payloads = {"input": command.input, "do_input": command.do_input, "do_output": command.do_output}
            structs: Any = {name: struct(payload) for name, payload in payloads.items()}
            call = self._stub.Undo.future(UndoRequest(context=command.wire_context, **structs))
        answer: Future[Answer] = Future()
        call.add_done_callback(lambda _: answer.set_result(_unary_answer(call)))
        return Sent(answer, call.cancel)


class StreamLink:
    def __init__(self, channel: grpc.Channel) -> None:
        self.messages: list[ServeResponse] = []
        self.ended: Future[grpc.StatusCode] = Future()
        """The status that the stream ended with."""
        self._ids = count(1)
        self._waiting: dict[int, Future[Answer]] = {}
        self._requests: queue.SimpleQueue[ServeRequest | None] = queue.SimpleQueue()
        self._may_read = threading.Event()
        self._may_read.set()
        stub = ParticipantServiceStub(channel)  # type: ignore[no-untyped-call]
        self._call = stub.Serve(iter(self._requests.get, None))
        threading.Thread(target=self._read, daemon=True).start()

    def send(self, action: str = "charge", input: Any = None, **told: Any) -> Sent:
        return self.send_all([Told(action, input, **told)])[0]

    def send_all(self, commands: Sequence[Told], ids: Sequence[int] | None = None) -> list[Sent]:
        """Sends the commands in one message."""
        request, sent = ServeRequest(), []
        for number, command in enumerate(commands):
            correlation_id = next(self._ids) if ids is None else ids[number]
            request.commands.append(_wire_command(correlation_id, command))
            future = self._waiting.setdefault(correlation_id, Future())
            sent.append(Sent(future, partial(self.write, ServeRequest(cancel=[correlation_id]))))
        self.write(request)
        if self.ended.done():
            self._fail_waiting()
        return sent

    def write(self, request: ServeRequest) -> None:
        self._requests.put(request)

    def half_close(self) -> None:
        self._requests.put(None)

    def pause(self) -> None:
        self._may_read.clear()

    def resume(self) -> None:
        self._may_read.set()

    def break_off(self) -> None:
        self._call.cancel()

    def _read(self) -> None:
        try:
            for message in self._call:
                self.messages.append(message)
                for result in message.results:
                    self._waiting[result.correlation_id].set_result(_stream_answer(result))
                self._may_read.wait()
        except grpc.RpcError:
            pass
        self._requests.put(None)
        self.ended.set_result(self._call.code())
        self._fail_waiting()

    def _fail_waiting(self) -> None:
        for future in list(self._waiting.values()):
            with suppress(InvalidStateError):
                future.set_result({"error": 14, "message": "the stream ended"})


@contextmanager
def connected(address: str, credentials: grpc.ChannelCredentials | None = None) -> Iterator[grpc.Channel]:
    """A channel of its own, which shares no connection with others."""
    options = (("grpc.use_local_subchannel_pool", 1), ("grpc.max_receive_message_length", 8 * 1024 * 1024))
    if credentials is None:
        channel = grpc.insecure_channel(address, options)
    else:
        channel = grpc.secure_channel(address, credentials, options)
    with channel:
        yield channel


def struct(payload: Any) -> Struct | None:
    if payload is None:
        return None
    message = Struct()
    message.update(payload)
    return message


def _wire_command(correlation_id: int, command: Told) -> Command:
    directions = {"do": Direction.DIRECTION_FORWARD, "undo": Direction.DIRECTION_BACKWARD, "": 0}
    payloads: Any = {
        name: payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        for name, payload in {
            "input": command.input,
            "do_input": command.do_input,
            "do_output": command.do_output,
        }.items()
        if payload is not None
    }
    direction: Any = directions[command.direction]
    return Command(correlation_id=correlation_id, direction=direction, context=command.wire_context, **payloads)


def _stream_answer(result: CommandResult) -> Answer:
    match result.WhichOneof("outcome"):
        case "done":
            return {"done": json.loads(result.done) if result.done else None}
        case "rejected":
            details = json.loads(result.rejected.details) if result.rejected.details else None
            return {"rejected": _rejection(result.rejected.code, result.rejected.message, details)}
        case "pending":
            return {"pending": True}
    error = result.error
    return _error(error.status, error.message, error.retry_after_ms)


def _unary_answer(call: Any) -> Answer:
    if call.cancelled():
        return {"error": 1, "message": "cancelled"}
    error = call.exception()
    if error is not None:
        status = rpc_status.from_call(error)
        delay = RetryInfo()
        if status is not None and status.details and status.details[0].Unpack(delay):
            return _error(error.code().value[0], error.details(), delay.retry_delay.ToMilliseconds())
        return _error(error.code().value[0], error.details(), 0)
    response = call.result()
    match response.WhichOneof("outcome"):
        case "done":
            output = getattr(response.done, "output", None)
            return {"done": None if output is None else MessageToDict(output)}
        case "rejected":
            rejected = response.rejected
            details = MessageToDict(rejected.details) if rejected.HasField("details") else None
            return {"rejected": _rejection(rejected.code, rejected.message, details)}
    return {"pending": True}


def _rejection(code: str, message: str, details: Any) -> dict[str, Any]:
    return {"code": code, "message": message} | ({} if details is None else {"details": details})


def _error(status: int, message: str, retry_after_ms: int) -> Answer:
    return {"error": status, "message": message, "retry_after_ms": retry_after_ms}
