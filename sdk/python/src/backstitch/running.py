"""A call that runs, or waits for another one of its effect to end, and those who wait for its answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from backstitch.answers import Outcome
from backstitch.cancellation import Cancellation
from backstitch.context import Command

HOLDS_AFTER_DEADLINE = 60.0
"""How many seconds after its deadline a hanging call still holds later attempts."""


class Waiter(Protocol):
    """Who waits for an answer."""

    def answer(self, outcome: Outcome) -> None:
        """Called at most once, maybe before ``run`` returns."""


class RunningCall:
    """A call in flight."""

    __slots__ = ("_end_listeners", "_waiters", "cancellation", "command", "holder")

    def __init__(self, command: Command, waiter: Waiter, holder: RunningCall | None) -> None:
        """
        :param holder: the aborted call that has to end first; None: none
        """
        self.command = command
        self.cancellation = Cancellation(command.deadline)
        self._waiters = [waiter]
        self.holder: RunningCall = holder or self
        """The call whose handler runs: this one, or an aborted one that it waits for."""
        self._end_listeners: list[Callable[[Outcome], None]] = []

    @property
    def holds_until(self) -> float:
        """Until when no later attempt may run beside it. A call that only waits for another adds nothing to that."""
        return self.holder.cancellation.deadline + HOLDS_AFTER_DEADLINE

    def on_end(self, listener: Callable[[Outcome], None]) -> None:
        self._end_listeners.append(listener)

    def join(self, waiter: Waiter, deadline: float) -> None:
        """One more waits for the answer, maybe longer."""
        self._waiters.append(waiter)
        self.cancellation.deadline = max(deadline, self.cancellation.deadline)

    def leave(self, waiter: Waiter) -> None:
        """One waits no more."""
        if waiter in self._waiters:
            self._waiters.remove(waiter)
            if not self._waiters:
                self.cancellation.abort()

    def settle(self, outcome: Outcome) -> None:
        """Gives the answer to all who wait for it."""
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            waiter.answer(outcome)
        for listener in self._end_listeners:
            listener(outcome)
