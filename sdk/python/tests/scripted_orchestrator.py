"""An orchestrator that answers as a test says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent import futures
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import grpc
from google.protobuf.any_pb2 import Any as Packed
from google.protobuf.message import Message
from google.rpc.status_pb2 import Status
from grpc_status import rpc_status

from backstitch.gen.v1 import definition_service_pb2, saga_pb2, saga_service_pb2
from backstitch.gen.v1.errors_pb2 import ErrorCode, ErrorDetail, Fault

RUNNING = saga_pb2.Saga(saga_id="s1", status="SAGA_STATUS_RUNNING", revision=1)
SECOND = saga_pb2.Saga(saga_id="s1", status="SAGA_STATUS_RUNNING", revision=2)
COMPLETED = saga_pb2.Saga(saga_id="s1", status="SAGA_STATUS_COMPLETED", revision=5)


@dataclass(frozen=True, slots=True)
class Received:
    """A request, as a script sees it."""

    request: Any
    authorization: str | None
    seconds_left: float


Script = Mapping[str, Callable[[Received], "Message | Iterable[Message]"]]
"""Methods by name. Each gives a response, an iterable of them for a stream, or raises an ``Answer``."""


class Answer(Exception):
    """A status in place of a response; without a code it is not the orchestrator's own."""

    def __init__(
        self,
        status: grpc.StatusCode,
        message: str = "",
        code: ErrorCode | None = None,
        faults: Iterable[Fault] = (),
        details: bytes | None = None,
    ) -> None:
        """
        :param details: bytes to send in place of a google.rpc.Status
        """
        super().__init__(status, message)
        packed = []
        if code is not None:
            detail = Packed()
            detail.Pack(ErrorDetail(code=code, faults=faults))
            packed.append(detail)
        answered: Any = rpc_status.to_status(Status(code=status.value[0], message=message, details=packed))
        if details is not None:
            answered = answered._replace(trailing_metadata=(("grpc-status-details-bin", details),))
        self.status = answered


AWAY = Answer(grpc.StatusCode.UNAVAILABLE, "store away", ErrorCode.ERROR_CODE_STORE_UNAVAILABLE)
"""What is worth another attempt."""


class Handlers(grpc.GenericRpcHandler):
    """The methods of the orchestrator, as the script has them."""

    def __init__(self, script: Script) -> None:
        self._script = script

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[Any, Any] | None:
        path = handler_call_details.method
        service, name = path.removeprefix("/backstitch.v1.").split("/")
        module: Any = saga_service_pb2 if service == "SagaService" else definition_service_pb2
        run = self._script.get(name)
        if run is None:
            return None

        def receive(request: Any, context: grpc.ServicerContext) -> Received:
            sent = dict(context.invocation_metadata())
            left = context.time_remaining()
            return Received(request, cast("str | None", sent.get("authorization")), left or 0)

        def unary(request: Any, context: grpc.ServicerContext) -> Any:
            try:
                return run(receive(request, context))
            except Answer as answer:
                context.abort_with_status(answer.status)

        def stream(request: Any, context: grpc.ServicerContext) -> Any:
            try:
                yield from cast("Iterable[Message]", run(receive(request, context)))
            except Answer as answer:
                context.abort_with_status(answer.status)

        kind: Any = grpc.unary_unary_rpc_method_handler
        if name.startswith("Watch"):
            kind, unary = grpc.unary_stream_rpc_method_handler, stream
        return cast(
            "grpc.RpcMethodHandler[Any, Any]",
            kind(unary, getattr(module, f"{name}Request").FromString, lambda message: message.SerializeToString()),
        )


@contextmanager
def scripted_orchestrator(script: Script) -> Iterator[str]:
    """Serves a script on the loopback interface; gives the address."""
    server, address = start_scripted(script)
    try:
        yield address
    finally:
        server.stop(None).wait()


def start_scripted(script: Script, address: str = "127.0.0.1:0") -> tuple[grpc.Server, str]:
    """As ``scripted_orchestrator``, to be stopped by hand. Two servers may share an address."""
    server = grpc.server(futures.ThreadPoolExecutor(4))
    server.add_generic_rpc_handlers((Handlers(script),))
    port = server.add_insecure_port(address)
    server.start()
    return server, f"127.0.0.1:{port}"
