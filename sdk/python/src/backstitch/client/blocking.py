"""The client for programs without an event loop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from functools import partial, wraps
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

import grpc
from google.protobuf.message import Message

from backstitch.client.calls import PAUSE_SECONDS, Call, Operation, Pause, Rpc, closed, serialize
from backstitch.client.operations import Operations
from backstitch.client.watching import WATCH, Watching
from backstitch.saga_state import Saga
from backstitch.transport import ClientTls, Endpoint

T = TypeVar("T")
P = ParamSpec("P")


def _blocking(operation: Callable[Concatenate[Operations, P], Operation[T]]) -> Callable[Concatenate[Client, P], T]:
    """The method that carries out an operation; its parameters and its documentation are those of the operation."""

    @wraps(operation)
    def method(client: Client, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return client._run(operation(client._operations, *args, **kwargs))

    return method


def _watching(
    operation: Callable[Concatenate[Operations, P], Watching],
) -> Callable[Concatenate[Client, P], Generator[Saga, None, None]]:
    @wraps(operation)
    def method(client: Client, /, *args: P.args, **kwargs: P.kwargs) -> Generator[Saga, None, None]:
        return client._follow(operation(client._operations, *args, **kwargs))

    return method


class Client:
    """Starts sagas, follows them and acts on them. Threads may share it.

    Calls are repeated after transient failures with the same request id, so they take effect once. What the server or
    the way to it refuses is a BackstitchError. Close it, or use it in a ``with`` statement.
    """

    def __init__(
        self, address: str, *, namespace: str = "", token: str | None = None, tls: ClientTls | None = None
    ) -> None:
        """Opens nothing yet: the connection is made with the first call.

        :param address: "host:port" of the orchestrator's gRPC port
        :param namespace: default: "default"
        :param token: sent with every call as a bearer token
        :param tls: speak TLS; default: plain text
        """
        endpoint = Endpoint(address, token, tls)
        self._operations = Operations(namespace)
        self._metadata = endpoint.metadata
        self._channel = endpoint.channel()
        self._closed = threading.Event()

    start = _blocking(Operations.start)
    get = _blocking(Operations.get)
    wait = _blocking(Operations.wait)
    watch = _watching(Operations.watch)
    cancel = _blocking(Operations.cancel)
    signal = _blocking(Operations.signal)
    complete = _blocking(Operations.complete)
    heartbeat = _blocking(Operations.heartbeat)
    register = _blocking(Operations.register)
    validate = _blocking(Operations.validate)

    def close(self) -> None:
        """Closes the connection. Calls that still run fail with CANCELLED."""
        self._closed.set()
        self._channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self, operation: Operation[T]) -> T:
        resume: Callable[[], Call | Pause] = partial(next, operation)
        while True:
            try:
                wanted = resume()
            except StopIteration as end:
                result: T = end.value
                return result
            if isinstance(wanted, Pause):
                self._pause(wanted.seconds)
                resume = partial(next, operation)
                continue
            try:
                resume = partial(operation.send, self._call(wanted))
            except grpc.RpcError as error:
                if self._closed.is_set():
                    raise closed() from error
                resume = partial(operation.throw, error)

    def _call(self, wanted: Call) -> Any:
        return self._begin(self._method(self._channel.unary_unary, wanted.rpc), wanted.request, wanted.timeout)

    def _follow(self, watching: Watching) -> Generator[Saga, None, None]:
        while True:
            stream = self._begin(self._method(self._channel.unary_stream, WATCH), watching.request())
            try:
                for response in stream:
                    saga = watching.take(response)
                    if saga is not None:
                        yield saga
                    if watching.over:
                        return
                pause = PAUSE_SECONDS
            except grpc.RpcError as error:
                if self._closed.is_set():
                    raise closed() from error
                pause = watching.broken(error)
            finally:
                stream.cancel()
            self._pause(pause)

    def _method(self, kind: Callable[..., Any], rpc: Rpc[Any]) -> Any:
        if self._closed.is_set():
            raise closed()
        return kind(rpc.path, request_serializer=serialize, response_deserializer=rpc.response.FromString)

    def _begin(self, method: Callable[..., Any], request: Message, timeout: float | None = None) -> Any:
        try:
            return method(request, timeout=timeout, metadata=self._metadata)
        except ValueError:
            # What gRPC says of a channel that another thread has closed.
            if self._closed.is_set():
                raise closed() from None
            raise

    def _pause(self, seconds: float) -> None:
        if self._closed.wait(seconds):
            raise closed()
