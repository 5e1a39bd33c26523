"""A server of participants, on the event loop that it is started on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, NamedTuple, Self

import grpc
from grpc_health.v1.health import aio as health
from grpc_health.v1.health_pb2 import HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import add_HealthServicer_to_server

from backstitch.duration import Duration, to_seconds
from backstitch.execute import Executor
from backstitch.gen.v1.participant_service_pb2 import DESCRIPTOR, DoRequest, UndoRequest
from backstitch.participant import Action, Participant
from backstitch.serve import ServedStream
from backstitch.unary import serve_do, serve_undo

SERVICE_NAME = DESCRIPTOR.services_by_name["ParticipantService"].full_name

MAX_MESSAGE_BYTES = 5 * 1024 * 1024
"""An Undo brings three payloads of up to 256 KiB of JSON text. In a unary call each is a Struct, in which a number of
one digit, with its comma 2 bytes of text, takes 11."""

SERVER_OPTIONS = {
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
    "grpc.keepalive_time_ms": 30_000,
    "grpc.keepalive_timeout_ms": 10_000,
    # Without it gRPC waits a minute for the answer to a ping, whatever the line above says.
    "grpc.http2.ping_timeout_ms": 10_000,
    # Clients ping every 10 s at the most, also while they have no call; half of that, as the network shifts pings.
    "grpc.http2.min_ping_interval_without_data_ms": 5_000,
    "grpc.keepalive_permit_without_calls": 1,
    "grpc.http2.max_pings_without_data": 0,
    # Two servers on one port would each get a part of the calls.
    "grpc.so_reuseport": 0,
}

CLOSE_SECONDS = 0.2
"""How long aborted handlers, and connections once everything is answered, may take to end."""


@dataclass(frozen=True, slots=True)
class ParticipantTls:
    """How the participant is known: the contents of PEM files."""

    key: bytes = field(repr=False)
    """The key of ``cert``."""
    cert: bytes
    """The certificate, for the name that the orchestrator calls the participant by."""
    client_ca: bytes | None = None
    """The authority of client certificates. Given: clients must show one (mTLS)."""


class Address(NamedTuple):
    """Where a server listens."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class AsyncServer:
    """Serves participants on the running event loop: ``async with AsyncServer(payment) as server: ...``."""

    def __init__(
        self,
        *participants: Participant,
        tls: ParticipantTls | None = None,
        serve: bool = True,
        threads: int = 64,
        logger: logging.Logger | None = None,
    ) -> None:
        """
        :param participants: commands carry only the action's name, so a name must be unique in a server: a ValueError
            otherwise
        :param tls: default: plain text
        :param serve: whether the Serve stream is offered beside the unary calls
        :param threads: how many plain handlers may run at once; ``async`` ones are not limited
        :param logger: where failures of handlers are reported, without payloads. Default: the logger ``backstitch``
        """
        self._actions = _collect_actions(participants)
        if threads < 1:
            raise ValueError("a server needs a thread at least")
        self._tls = tls
        self._serve = serve
        self._threads = threads
        self._logger = logger or logging.getLogger("backstitch")
        self._server: grpc.aio.Server | None = None
        self._executor: Executor | None = None
        self._health = health.HealthServicer()
        self._streams: set[ServedStream] = set()
        self._stopping: asyncio.Task[None] | None = None
        self._stopped = asyncio.Event()

    async def listen(self, port: int = 0, host: str = "127.0.0.1") -> Address:
        """Takes calls. Port 0 picks a free one. Raises an OSError if the address is in use.

        The default host is the loopback interface: a server that others may reach has to say so, and ought to use TLS.
        """
        if self._server is not None:
            raise RuntimeError("the server listens already, or did so")
        server = grpc.aio.server(options=list(SERVER_OPTIONS.items()))
        executor = Executor(self._actions, self._threads, self._logger)
        server.add_generic_rpc_handlers((self._handlers(executor),))
        add_HealthServicer_to_server(self._health, server)
        bound = self._bind(server, Address(host, port))
        self._server, self._executor = server, executor
        await server.start()
        await self._set_health(HealthCheckResponse.SERVING)
        return Address(host, bound)

    async def stop(self, grace: Duration = 10.0) -> None:
        """Takes no more calls, lets those in flight end for so many seconds, then aborts the rest.

        Returns when every connection is closed.
        """
        if self._stopping is None:
            self._stopping = asyncio.create_task(self._stop(to_seconds(grace)))
            # However it ends, nobody waits for ever.
            self._stopping.add_done_callback(lambda _: self._stopped.set())
        await asyncio.shield(self._stopping)

    async def wait(self) -> None:
        """Waits until the server has stopped."""
        await self._stopped.wait()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()

    def _handlers(self, executor: Executor) -> grpc.GenericRpcHandler:
        async def do(request: DoRequest, call: Any) -> bytes:
            return await serve_do(executor, request, call)

        async def undo(request: UndoRequest, call: Any) -> bytes:
            return await serve_undo(executor, request, call)

        async def serve(_requests: Any, call: Any) -> None:
            if not self._serve:
                await call.abort(grpc.StatusCode.UNIMPLEMENTED, "this participant serves unary calls only")
            stream = ServedStream(executor, call)
            self._streams.add(stream)
            if self._stopping is not None:
                stream.drain()
            try:
                await stream.run()
            finally:
                self._streams.discard(stream)

        # Responses are bytes already: where one cannot be written, the call still has a status to choose.
        methods: dict[str, grpc.RpcMethodHandler[Any, Any]] = {
            "Do": grpc.unary_unary_rpc_method_handler(do, DoRequest.FromString),
            "Undo": grpc.unary_unary_rpc_method_handler(undo, UndoRequest.FromString),
            "Serve": grpc.stream_stream_rpc_method_handler(serve),
        }
        return grpc.method_handlers_generic_handler(SERVICE_NAME, methods)

    def _bind(self, server: grpc.aio.Server, address: Address) -> int:
        try:
            if self._tls is None:
                return server.add_insecure_port(str(address))
            return server.add_secure_port(str(address), _credentials(self._tls))
        except RuntimeError as error:
            raise OSError(f"cannot listen on {address}: {error}") from None

    async def _set_health(self, status: Any) -> None:
        for service in ("", SERVICE_NAME):
            await self._health.set(service, status)

    async def _stop(self, grace: float) -> None:
        if self._server is not None and self._executor is not None:
            await self._set_health(HealthCheckResponse.NOT_SERVING)
            # Refuses new calls from now on; what is left is cut off below.
            closing = asyncio.create_task(self._server.stop(grace + 2 * CLOSE_SECONDS))
            for stream in self._streams:
                stream.drain()
            drained = asyncio.gather(self._executor.when_idle(), *(stream.closed.wait() for stream in self._streams))
            with suppress(TimeoutError):
                await asyncio.wait_for(drained, grace)
            self._executor.abort_all()
            # A watcher of the health service never ends by itself, so the wait for connections is bounded.
            await asyncio.wait([closing], timeout=CLOSE_SECONDS)
            await self._server.stop(None)
            await closing
            self._executor.close()


def _credentials(tls: ParticipantTls) -> grpc.ServerCredentials:
    return grpc.ssl_server_credentials([(tls.key, tls.cert)], tls.client_ca, tls.client_ca is not None)


def _collect_actions(participants: Iterable[Participant]) -> dict[str, Action]:
    owners: dict[str, str] = {}
    actions: dict[str, Action] = {}
    for participant in participants:
        for name, action in participant.actions.items():
            if name in owners:
                raise ValueError(
                    f'both "{owners[name]}" and "{participant.name}" have an action "{name}": '
                    "a command names only the action, so within one server its name must be unique"
                )
            owners[name] = participant.name
            actions[name] = action
    if not actions:
        raise ValueError("a participant needs at least one action")
    return actions
