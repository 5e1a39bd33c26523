"""Tells a handler that nobody wants its answer any more."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import suppress


class Cancellation:
    """Set when a call is aborted, or its deadline has passed. The deadline may move: a later attempt may join the call.

    Handlers look from whatever thread they run on; it is aborted on the event loop only.
    """

    __slots__ = ("_aborted", "_async_event", "_event", "deadline")

    def __init__(self, deadline: float) -> None:
        """
        :param deadline: seconds since the epoch; infinity: none
        """
        self.deadline = deadline
        self._aborted = False
        self._event = threading.Event()
        self._async_event = asyncio.Event()

    def abort(self) -> None:
        """Sets it for good."""
        self._aborted = True
        self._event.set()
        self._async_event.set()

    def is_set(self) -> bool:
        return self._aborted or time.time() >= self.deadline

    def wait(self, timeout: float | None = None) -> bool:
        """Blocks the thread until it is set, or for ``timeout`` seconds; says whether it is."""
        until = None if timeout is None else time.monotonic() + timeout
        while not self.is_set():
            left = threading.TIMEOUT_MAX if until is None else until - time.monotonic()
            if left <= 0:
                return False
            self._event.wait(min(left, self._until_deadline()))
        return True

    async def wait_async(self) -> None:
        """Waits until it is set."""
        while not self.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._async_event.wait(), self._until_deadline())

    def _until_deadline(self) -> float:
        """Seconds until it is worth while to look again, as the deadline may have moved by then."""
        return max(0.0, min(self.deadline - time.time(), threading.TIMEOUT_MAX))
