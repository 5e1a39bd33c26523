"""The fixtures of the client's tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, cast

import pytest
from bridged import Bridged, Connect

from backstitch import Client, retry


@pytest.fixture(params=["Client", "AsyncClient"])
def connect(request: pytest.FixtureRequest) -> Iterator[Connect]:
    """Makes clients, of each kind in turn."""
    with ExitStack() as stack:

        def make(*args: Any, **kwargs: Any) -> Client:
            if request.param == "Client":
                return stack.enter_context(Client(*args, **kwargs))
            bridged = Bridged(*args, **kwargs)
            stack.callback(bridged.end)
            return cast("Client", bridged)

        yield make


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls are repeated almost at once."""
    monkeypatch.setattr(retry, "FIRST_PAUSE_SECONDS", 0.001)
