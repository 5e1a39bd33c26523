"""The client for programs with an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

import grpc
import grpc.aio

from backstitch.client.calls import PAUSE_SECONDS, Call, Operation, Pause, Rpc, closed, serialize
from backstitch.client.operations import Operations
from backstitch.client.watching import WATCH, Watching
from backstitch.saga_state import Saga
from backstitch.transport import ClientTls, Endpoint

T = TypeVar("T")
P = ParamSpec("P")


def _awaiting(
    operation: Callable[Concatenate[Operations, P], Operation[T]],
) -> Callable[Concatenate[AsyncClient, P], Coroutine[Any, Any, T]]:
    """The method that carries out an operation; its parameters and its documentation are those of the operation."""

    @wraps(operation)
    async def method(client: AsyncClient, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await client._run(operation(client._operations, *args, **kwargs))

    return method


def _watching(
    operation: Callable[Concatenate[Operations, P], Watching],
) -> Callable[Concatenate[AsyncClient, P], AsyncGenerator[Saga, None]]:
    @wraps(operation)
    def method(client: AsyncClient, /, *args: P.args, **kwargs: P.kwargs) -> AsyncGenerator[Saga, None]:
        return client._follow(operation(client._operations, *args, **kwargs))

    return method


class AsyncClient:
    """Starts sagas, follows them and acts on them, from one event loop: ``Client`` with awaitable methods.

    Calls are repeated after transient failures with the same request id, so they take effect once. What the server or
    the way to it refuses is a BackstitchError. Close it, or use it in an ``async with`` statement.
    """

    def __init__(
        self, address: str, *, namespace: str = "", token: str | None = None, tls: ClientTls | None = None
    ) -> None:
        """Opens nothing yet: the connection is made with the first call, and belongs to the event loop of that.

        :param address: "host:port" of the orchestrator's gRPC port
        :param namespace: default: "default"
        :param token: sent with every call as a bearer token
        :param tls: speak TLS; default: plain text
        """
        self._endpoint = Endpoint(address, token, tls)
        self._operations = Operations(namespace)
        self._channel: grpc.aio.Channel | None = None
        self._closed = asyncio.Event()

    start = _awaiting(Operations.start)
    get = _awaiting(Operations.get)
    wait = _awaiting(Operations.wait)
    watch = _watching(Operations.watch)
    cancel = _awaiting(Operations.cancel)
    signal = _awaiting(Operations.signal)
    complete = _awaiting(Operations.complete)
    heartbeat = _awaiting(Operations.heartbeat)
    register = _awaiting(Operations.register)
    validate = _awaiting(Operations.validate)

    async def close(self) -> None:
        """Closes the connection. Calls that still run fail with CANCELLED."""
        self._closed.set()
        if self._channel is not None:
            await self._channel.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _run(self, operation: Operation[T]) -> T:
        resume: Callable[[], Call | Pause] = partial(next, operation)
        while True:
            try:
                wanted = resume()
            except StopIteration as end:
                result: T = end.value
                return result
            if isinstance(wanted, Pause):
                await self._pause(wanted.seconds)
                resume = partial(next, operation)
                continue
            try:
                with self._until_closed():
                    resume = partial(operation.send, await self._call(wanted))
            except grpc.RpcError as error:
                resume = partial(operation.throw, error)

    def _call(self, wanted: Call) -> Awaitable[Any]:
        method = self._method("unary_unary", wanted.rpc)
        call: Awaitable[Any] = method(wanted.request, timeout=wanted.timeout, metadata=self._endpoint.metadata)
        return call

    async def _follow(self, watching: Watching) -> AsyncGenerator[Saga, None]:
        while True:
            stream = self._method("unary_stream", WATCH)(watching.request(), metadata=self._endpoint.metadata)
            try:
                while (response := await self._read(stream)) is not grpc.aio.EOF:
                    saga = watching.take(response)
                    if saga is not None:
                        yield saga
                    if watching.over:
                        return
                pause = PAUSE_SECONDS
            except grpc.RpcError as error:
                pause = watching.broken(error)
            finally:
                stream.cancel()
            await self._pause(pause)

    async def _read(self, stream: Any) -> Any:
        with self._until_closed():
            return await stream.read()

    def _method(self, kind: str, rpc: Rpc[Any]) -> Any:
        if self._closed.is_set():
            raise closed()
        if self._channel is None:
            self._channel = self._endpoint.aio_channel()
        return getattr(self._channel, kind)(
            rpc.path, request_serializer=serialize, response_deserializer=rpc.response.FromString
        )

    @contextmanager
    def _until_closed(self) -> Iterator[None]:
        """Makes what a call fails with when its channel is closed the same as in ``Client``."""
        try:
            yield
        except (asyncio.CancelledError, grpc.RpcError) as error:
            task = asyncio.current_task()
            cancelled = task is not None and task.cancelling() > 0
            if cancelled or not self._closed.is_set():
                raise
            raise closed() from error

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._closed.wait()
        except TimeoutError:
            return
        raise closed()
