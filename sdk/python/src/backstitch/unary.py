"""The unary Do and Undo over the executor."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, NoReturn

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import Message
from google.protobuf.struct_pb2 import Struct
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status as RpcStatus

from backstitch.answers import (
    DoneOutcome,
    ErrorOutcome,
    Outcome,
    PendingOutcome,
    RejectedOutcome,
    Status,
    decode_output,
)
from backstitch.context import Command, deadline_of
from backstitch.duration import message_of_ms
from backstitch.execute import Executor
from backstitch.gen.v1.participant_service_pb2 import (
    CommandContext,
    DoDone,
    DoRequest,
    DoResponse,
    Pending,
    Rejected,
    UndoDone,
    UndoRequest,
    UndoResponse,
)

ServicerContext = grpc.aio.ServicerContext[Any, Any]

_STATUS_CODES = {code.value[0]: code for code in grpc.StatusCode}


class _FutureWaiter:
    def __init__(self) -> None:
        self.outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

    def answer(self, outcome: Outcome) -> None:
        if not self.outcome.done():
            self.outcome.set_result(outcome)


async def serve_do(executor: Executor, request: DoRequest, call: ServicerContext) -> bytes:
    """A Do. Gives the serialized DoResponse."""
    context = request.context
    command = Command("do", context, _optional(request, "input"), None, None, _deadline(context, call))
    return await _run(executor, command, call, _do_response)


async def serve_undo(executor: Executor, request: UndoRequest, call: ServicerContext) -> bytes:
    """An Undo. Gives the serialized UndoResponse."""
    context = request.context
    told, do_input, do_output = (_optional(request, field) for field in ("input", "do_input", "do_output"))
    command = Command("undo", context, told, do_input, do_output, _deadline(context, call))
    return await _run(executor, command, call, _undo_response)


async def _run(
    executor: Executor, command: Command, call: ServicerContext, to_response: Callable[[Outcome], Message]
) -> bytes:
    waiter = _FutureWaiter()
    running = executor.run(command, waiter)
    try:
        outcome = await waiter.outcome
    except asyncio.CancelledError:
        if running is not None:
            running.leave(waiter)
        raise
    if isinstance(outcome, ErrorOutcome):
        await _abort(call, outcome)
    try:
        return to_response(outcome).SerializeToString()
    except Exception:
        # Such as a nesting that JSON text can have and a Struct cannot.
        await _abort(call, ErrorOutcome(Status.INTERNAL, "the output cannot be written as a message"))


def _do_response(outcome: Outcome) -> DoResponse:
    match outcome:
        case RejectedOutcome():
            return DoResponse(rejected=_rejection(outcome))
        case PendingOutcome():
            return DoResponse(pending=Pending())
        case DoneOutcome(output):
            return DoResponse(done=DoDone(output=_struct(output)))
    raise TypeError(outcome)


def _undo_response(outcome: Outcome) -> UndoResponse:
    match outcome:
        case RejectedOutcome():
            return UndoResponse(rejected=_rejection(outcome))
        case PendingOutcome():
            return UndoResponse(pending=Pending())
    return UndoResponse(done=UndoDone())


def _rejection(outcome: RejectedOutcome) -> Rejected:
    details = None if outcome.details is None else _struct(outcome.details)
    return Rejected(code=outcome.code, message=outcome.message, details=details)


def _struct(text: str) -> Struct:
    struct = Struct()
    struct.update(decode_output(text))
    return struct


def _optional(request: DoRequest | UndoRequest, field: Any) -> Struct | None:
    payload: Struct | None = getattr(request, field) if request.HasField(field) else None
    return payload


def _deadline(context: CommandContext, call: ServicerContext) -> float:
    left: float | None = call.time_remaining()
    return deadline_of(context) if left is None else min(deadline_of(context), time.time() + left)


async def _abort(call: ServicerContext, error: ErrorOutcome) -> NoReturn:
    """Ends the call with a status; the delay of a retry travels as google.rpc.RetryInfo."""
    trailers: tuple[tuple[str, bytes], ...] = ()
    if error.retry_after_ms is not None:
        detail = AnyMessage()
        detail.Pack(RetryInfo(retry_delay=message_of_ms(error.retry_after_ms)))
        status = RpcStatus(code=error.status, message=error.message, details=[detail])
        trailers = (("grpc-status-details-bin", status.SerializeToString()),)
    await call.abort(_STATUS_CODES[error.status], error.message, trailers)
