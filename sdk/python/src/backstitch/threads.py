"""The threads on which plain handlers run."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue

Work = Callable[[], None]


class Threads:
    """Runs work on threads of its own, made as they are needed.

    Not concurrent.futures: that waits for its threads when the interpreter ends, and a handler that hangs would keep
    the process from ending.
    """

    def __init__(self, most: int) -> None:
        """
        :param most: how many threads there may be; more work than that waits its turn
        """
        if most < 1:
            raise ValueError("a participant needs a thread at least")
        self._most = most
        self._queue: SimpleQueue[Work | None] = SimpleQueue()
        self._started = 0
        self._idle = 0
        self._lock = threading.Lock()

    def run(self, work: Work) -> None:
        """Runs the work, which must not raise, once a thread is free. A RuntimeError if there can be no new one."""
        with self._lock:
            if self._idle > 0:
                self._idle -= 1
            elif self._started < self._most:
                threading.Thread(target=self._work, name=f"backstitch-{self._started + 1}", daemon=True).start()
                self._started += 1
        self._queue.put(work)

    def close(self) -> None:
        """Ends each thread once it has nothing to do."""
        for _ in range(self._started):
            self._queue.put(None)

    def _work(self) -> None:
        while (work := self._queue.get()) is not None:
            work()
            # Let go of the handler's result while there is no other work.
            del work
            with self._lock:
                self._idle += 1
