"""Both clients behind one face, so that each test is written once and run with both."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from typing import Any

from backstitch import AsyncClient, Client

Connect = Callable[..., Client]
"""Makes a client, as ``Client`` does. It is closed when the test is over."""


class Bridged:
    """An ``AsyncClient`` on an event loop of its own, with the blocking face of ``Client``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._client = AsyncClient(*args, **kwargs)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._client, name)

        def run(*args: Any, **kwargs: Any) -> Any:
            result = method(*args, **kwargs)
            if isinstance(result, AsyncGenerator):
                return self._read(result)
            return asyncio.run_coroutine_threadsafe(result, self._loop).result()

        return run

    def _read(self, stream: AsyncGenerator[Any, None]) -> Iterator[Any]:
        async def read() -> Any:
            return await anext(stream, None)

        try:
            while (value := asyncio.run_coroutine_threadsafe(read(), self._loop).result()) is not None:
                yield value
        finally:
            asyncio.run_coroutine_threadsafe(stream.aclose(), self._loop).result()

    def end(self) -> None:
        """Closes the client and ends its loop."""
        asyncio.run_coroutine_threadsafe(self._client.close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
