"""Watching a saga, against an orchestrator that answers as the test says."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from bridged import Connect
from scripted_orchestrator import AWAY, COMPLETED, RUNNING, SECOND, Received, scripted_orchestrator

from backstitch import BackstitchError
from backstitch.gen.v1 import saga_pb2
from backstitch.gen.v1 import saga_service_pb2 as pb

pytest_plugins = ("clients",)
pytestmark = pytest.mark.usefixtures("short_pauses")


@pytest.mark.feature("client.watch")
def test_watching_follows_a_saga_to_its_end_over_streams_that_break(connect: Connect) -> None:
    after: list[int] = []

    def watch(received: Received) -> Iterator[pb.WatchSagaResponse]:
        after.append(received.request.after_revision)
        if len(after) == 1:
            yield pb.WatchSagaResponse(saga=RUNNING)
            yield pb.WatchSagaResponse(saga=SECOND)
            raise AWAY
        if len(after) == 2:
            return
        if len(after) < 10:
            # As long as its reader wants it; not just five times.
            raise AWAY
        yield pb.WatchSagaResponse(saga=SECOND)
        yield pb.WatchSagaResponse(saga=COMPLETED)

    with scripted_orchestrator({"WatchSaga": watch}) as address:
        assert [saga.revision for saga in connect(address).watch("s1")] == [1, 2, 5]
    assert after == [0] + [2] * 9


def test_watching_from_a_revision_asks_for_what_comes_after_it(connect: Connect) -> None:
    after: list[int] = []

    def watch(received: Received) -> list[pb.WatchSagaResponse]:
        after.append(received.request.after_revision)
        return [pb.WatchSagaResponse(saga=COMPLETED)]

    with scripted_orchestrator({"WatchSaga": watch}) as address:
        assert [saga.revision for saga in connect(address).watch("s1", after_revision=3)] == [5]
    assert after == [3]


def test_a_watch_that_never_came_about_is_given_up(connect: Connect) -> None:
    calls: list[Received] = []

    def watch(received: Received) -> Iterator[pb.WatchSagaResponse]:
        calls.append(received)
        yield from ()
        raise AWAY

    with scripted_orchestrator({"WatchSaga": watch}) as address, pytest.raises(BackstitchError, match="store away"):
        next(connect(address).watch("s1"))
    assert len(calls) == 5


def test_a_watch_ends_at_the_server_when_its_reader_leaves(connect: Connect) -> None:
    left = threading.Event()

    def watch(_: Received) -> Iterator[pb.WatchSagaResponse]:
        try:
            for revision in range(1, 10**9):
                yield pb.WatchSagaResponse(saga=saga_pb2.Saga(saga_id="s1", revision=revision))
        finally:
            left.set()

    with scripted_orchestrator({"WatchSaga": watch}) as address:
        watching = connect(address).watch("s1")
        assert next(watching).revision == 1
        watching.close()
        assert left.wait(5)
