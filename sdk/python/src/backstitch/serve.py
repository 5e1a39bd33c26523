"""The Serve stream: commands in, results out, many per message. Rules:

S1 results that become ready in one turn of the event loop leave together, in messages of bounded size;
S2 while the peer does not take what was written, or too much is in flight, nothing more is read;
S3 a cancelled command is answered no more; its call is aborted if nobody else waits for it;
S4 a stream that drains says so, goes on answering, and ends once nothing is in flight and either the peer has
   closed its side or a moment has passed in which commands under way could arrive.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import Any, Literal

import grpc
from google.protobuf.message import DecodeError

from backstitch.answers import DoneOutcome, ErrorOutcome, Outcome, PendingOutcome, RejectedOutcome, Status
from backstitch.context import Command, deadline_of
from backstitch.execute import Call, Executor
from backstitch.gen.v1.participant_service_pb2 import (
    Command as WireCommand,
)
from backstitch.gen.v1.participant_service_pb2 import (
    CommandError,
    CommandRejected,
    CommandResult,
    Pending,
    ServeRequest,
    ServeResponse,
)
from backstitch.gen.v1.saga_pb2 import Direction

MESSAGE_BYTES = 512 * 1024
"""Where a message is closed and another one begun: a result of the largest size still fits under 1 MiB."""
MAX_IN_FLIGHT = 4096
"""With so many commands in flight on one stream no more are read. Orchestrators keep far fewer."""
LINGER = 0.1
"""How many seconds a draining stream stays for commands that were under way."""


class ServedStream:
    """A stream being served."""

    def __init__(self, executor: Executor, stream: grpc.aio.ServicerContext[Any, bytes]) -> None:
        self._executor = executor
        self._stream = stream
        self._waiting: dict[int, _StreamWaiter] = {}
        # With the size of each: protobuf writes a message to learn it.
        self._results: deque[tuple[CommandResult, int]] = deque()
        self._unsent_bytes = 0
        # There is something for the writer to do, or room for the reader to read on.
        self._to_write = asyncio.Event()
        self._to_read = asyncio.Event()
        self._draining = False
        self._drain_said = False
        self._lingered = False
        self._peer_closed = False
        self._unreadable = False
        self.closed = asyncio.Event()
        """Set when the stream is over."""

    async def run(self) -> None:
        """Serves the stream until it ends."""
        reader = asyncio.create_task(self._read_all())
        try:
            # Nobody is left to answer where the peer has gone in the middle of a message.
            with suppress(grpc.aio.InternalError):
                await self._write_all()
        finally:
            reader.cancel()
            for waiter in self._waiting.values():
                if waiter.call is not None:
                    waiter.call.leave(waiter)
            self._waiting.clear()
            self.closed.set()
        if self._unreadable:
            await self._stream.abort(grpc.StatusCode.INTERNAL, "the message cannot be read")

    def drain(self) -> None:
        """Tells the peer to send no more, and ends the stream when its commands are answered."""
        if not self._draining:
            self._draining = True
            self._to_write.set()
            asyncio.get_running_loop().call_later(LINGER, self._linger_over)

    def answer(self, waiter: _StreamWaiter, outcome: Outcome) -> None:
        """A command is over."""
        # Unless it was cancelled: then its id is free, and may stand for another command.
        if self._waiting.get(waiter.id) is waiter:
            del self._waiting[waiter.id]
            result = _to_result(waiter.id, outcome)
            size = result.ByteSize()
            self._unsent_bytes += size
            self._results.append((result, size))
            self._to_write.set()

    async def _read_all(self) -> None:
        try:
            while (message := await self._stream.read()) is not grpc.aio.EOF:
                request = ServeRequest.FromString(message)
                # The next attempt of a cancelled call may be in the same message, and must not join it.
                for correlation_id in request.cancel:
                    self._cancel(correlation_id)
                for command in request.commands:
                    self._accept(command)
                while len(self._waiting) >= MAX_IN_FLIGHT or self._unsent_bytes >= MESSAGE_BYTES:
                    self._to_read.clear()
                    await self._to_read.wait()
        except DecodeError:
            self._unreadable = True
        self._peer_closed = True
        self._to_write.set()

    async def _write_all(self) -> None:
        while not self._is_over():
            await self._to_write.wait()
            self._to_write.clear()
            while self._results or (self._draining and not self._drain_said):
                self._drain_said = self._draining
                batch = self._take_batch()
                await self._stream.write(ServeResponse(results=batch, draining=self._draining).SerializeToString())
                self._to_read.set()
            # A cancelled command makes room, too.
            self._to_read.set()

    def _take_batch(self) -> list[CommandResult]:
        batch: list[CommandResult] = []
        size = 0
        while self._results and size < MESSAGE_BYTES:
            result, result_size = self._results.popleft()
            size += result_size
            batch.append(result)
        self._unsent_bytes -= size
        return batch

    def _is_over(self) -> bool:
        if self._unreadable:
            return True
        ending = self._peer_closed or (self._drain_said and self._lingered)
        return ending and not self._waiting and not self._results

    def _linger_over(self) -> None:
        self._lingered = True
        self._to_write.set()

    def _accept(self, wire: WireCommand) -> None:
        # Two answers under one id could not be told apart: the first command keeps it.
        if wire.correlation_id in self._waiting:
            return
        waiter = _StreamWaiter(wire.correlation_id, self)
        self._waiting[waiter.id] = waiter
        if wire.direction == Direction.DIRECTION_UNSPECIFIED:
            waiter.answer(ErrorOutcome(Status.INVALID_ARGUMENT, "the command has no direction"))
        else:
            waiter.call = self._executor.run(_to_command(wire), waiter)

    def _cancel(self, correlation_id: int) -> None:
        waiter = self._waiting.pop(correlation_id, None)
        if waiter is not None:
            if waiter.call is not None:
                waiter.call.leave(waiter)
            self._to_write.set()


class _StreamWaiter:
    __slots__ = ("_stream", "call", "id")

    def __init__(self, correlation_id: int, stream: ServedStream) -> None:
        self.id = correlation_id
        self._stream = stream
        self.call: Call | None = None

    def answer(self, outcome: Outcome) -> None:
        self._stream.answer(self, outcome)


def _to_command(wire: WireCommand) -> Command:
    context = wire.context
    direction: Literal["do", "undo"] = "undo" if wire.direction == Direction.DIRECTION_BACKWARD else "do"
    return Command(direction, context, wire.input, wire.do_input, wire.do_output, deadline_of(context))


def _to_result(correlation_id: int, outcome: Outcome) -> CommandResult:
    match outcome:
        case DoneOutcome(output):
            return CommandResult(correlation_id=correlation_id, done=output.encode())
        case RejectedOutcome(code, message, details):
            rejected = CommandRejected(code=code, message=message, details=(details or "").encode())
            return CommandResult(correlation_id=correlation_id, rejected=rejected)
        case PendingOutcome():
            return CommandResult(correlation_id=correlation_id, pending=Pending())
        case ErrorOutcome(status, message, retry_after_ms):
            error = CommandError(status=status, message=message, retry_after_ms=retry_after_ms or 0)
            return CommandResult(correlation_id=correlation_id, error=error)
