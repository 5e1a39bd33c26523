"""A server of participants for programs without an event loop."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType, TracebackType
from typing import Self

from backstitch.duration import Duration, to_seconds
from backstitch.participant import Participant
from backstitch.server import Address, AsyncServer, ParticipantTls


class Server:
    """Serves participants on a thread of its own: ``Server(payment).listen(50051)``."""

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
        self._server = AsyncServer(*participants, tls=tls, serve=serve, threads=threads, logger=logger)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = threading.Event()

    def listen(self, port: int = 0, host: str = "127.0.0.1") -> Address:
        """Takes calls. Port 0 picks a free one. Raises an OSError if the address is in use.

        The default host is the loopback interface: a server that others may reach has to say so, and ought to use TLS.
        """
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            # A daemon: a program that does not wait() for its server ends without it.
            threading.Thread(target=self._run, args=(self._loop,), name="backstitch", daemon=True).start()
        try:
            return asyncio.run_coroutine_threadsafe(self._server.listen(port, host), self._loop).result()
        except OSError:
            self.stop()
            raise

    def stop(self, grace: Duration = 10.0) -> None:
        """Takes no more calls, lets those in flight end for so many seconds, then aborts the rest.

        Returns when every connection is closed.
        """
        if self._loop is not None:
            self._ask_to_stop(self._loop, to_seconds(grace))
            self._stopped.wait()

    def wait(self) -> None:
        """Waits until the server has stopped. Called on the main thread, SIGINT and SIGTERM stop it gracefully."""
        with self._signals():
            self._stopped.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(self._server.wait())
        self._stopped.set()

    def _ask_to_stop(self, loop: asyncio.AbstractEventLoop, grace: float = 10.0) -> None:
        # A loop that is closed, or takes no more work, has stopped.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(lambda: loop.create_task(self._server.stop(grace)))

    @contextmanager
    def _signals(self) -> Iterator[None]:
        loop = self._loop
        if loop is None:
            raise RuntimeError("the server does not listen")
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def stop(_signal: int, _frame: FrameType | None) -> None:
            # Only asks for it: a signal handler may not wait.
            self._ask_to_stop(loop)

        before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
