"""Participants that a test serves, and links to them. A plugin of pytest: its fixture is there for all tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from links import Link, StreamLink, UnaryLink, connected

from backstitch import Action, Participant, Server

Start = Callable[..., Link]


@pytest.fixture(params=["unary calls", "Serve"])
def start(request: pytest.FixtureRequest) -> Iterator[Start]:
    """Serves actions, and connects to them in the way that the test is run with."""
    cleanups: list[Any] = []

    def begin(participant: Participant, **options: Any) -> Link:
        server = Server(participant, **options)
        cleanups.append(lambda: server.stop(0))
        channel = connected(str(server.listen()))
        link = (UnaryLink if request.param == "unary calls" else StreamLink)(channel.__enter__())
        cleanups.append(lambda: channel.__exit__(None, None, None))
        return link

    yield begin
    for cleanup in reversed(cleanups):
        cleanup()


def one(do: Any, undo: Any = None, **others: Any) -> Participant:
    """A participant with the action ``charge``, a ``ping``, and others by name."""
    actions = {"charge": Action(do, undo), "ping": Action(lambda _: None)}
    return Participant("payment", actions | {name: Action(handler) for name, handler in others.items()})
