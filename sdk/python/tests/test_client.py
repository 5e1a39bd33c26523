"""The client against an orchestrator that answers as the test says."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from bridged import Connect
from google.protobuf.duration_pb2 import Duration
from google.protobuf.struct_pb2 import Struct
from google.protobuf.timestamp_pb2 import Timestamp
from scripted_orchestrator import AWAY, COMPLETED, RUNNING, Received, scripted_orchestrator

from backstitch import (
    BackstitchError,
    Client,
    ClientTls,
    Failure,
    SagaStep,
    StartedSaga,
    retry,
)
from backstitch.answers import Rejected
from backstitch.gen.v1 import errors_pb2, saga_pb2
from backstitch.gen.v1 import saga_service_pb2 as pb

pytest_plugins = ("clients",)
pytestmark = pytest.mark.usefixtures("short_pauses")


def struct(**fields: Any) -> Struct:
    made = Struct()
    made.update(fields)
    return made


def test_starting_sends_what_was_asked_for_and_gives_a_plain_saga(connect: Connect) -> None:
    seen: list[Received] = []

    def start(received: Received) -> pb.StartSagaResponse:
        seen.append(received)
        failure = errors_pb2.Failure(
            kind="FAILURE_KIND_TECHNICAL", code="UNAVAILABLE", message="away", details=struct(a=1.5), step="reserve"
        )
        step = saga_pb2.SagaStep(
            name="reserve",
            status="STEP_STATUS_WAITING",
            wait_reason="WAIT_REASON_BACKOFF",
            attempt=2,
            armed=True,
            input=struct(qty=2),
            failure=failure,
        )
        return pb.StartSagaResponse(
            started=True,
            saga=saga_pb2.Saga(
                namespace="shop",
                saga_id="s1",
                definition="order",
                version=2,
                status=saga_pb2.SAGA_STATUS_RUNNING,
                direction=saga_pb2.DIRECTION_FORWARD,
                input=struct(amount=5, whole=1e15, none=None, of=[1, 2.5, {"x": True}]),
                labels={"customer": "c1"},
                created_at=Timestamp(seconds=1700000000, nanos=5_000_000),
                revision=7,
                steps=[step],
            ),
        )

    with scripted_orchestrator({"StartSaga": start}) as address:
        client = connect(address, token="t0k", namespace="shop")
        found = client.start(
            "order",
            {"amount": 5, "of": (1, 2.5)},
            saga_id="s1",
            version=2,
            labels={"customer": "c1"},
            deadline=1.5,
            view="BRIEF",
            request_id="r1",
            metadata={"traceparent": "00-1-2-01"},
        )
    assert [received.authorization for received in seen] == ["Bearer t0k"]
    assert seen[0].request == pb.StartSagaRequest(
        namespace="shop",
        definition="order",
        version=2,
        saga_id="s1",
        input=struct(amount=5, of=[1, 2.5]),
        labels={"customer": "c1"},
        deadline=Duration(seconds=1, nanos=500_000_000),
        request_id="r1",
        view=saga_pb2.SAGA_VIEW_BRIEF,
        metadata={"traceparent": "00-1-2-01"},
    )
    nothing = dict.fromkeys(("started_at", "finished_at", "next_attempt_at", "output", "child_saga_id", "signal"))
    failure = Failure(kind="TECHNICAL", code="UNAVAILABLE", message="away", details={"a": 1.5}, step="reserve")
    absent = dict.fromkeys(("updated_at", "finished_at", "deadline", "failure", "wake_at", "output", "lock", "parent"))
    assert found == StartedSaga(
        namespace="shop",
        saga_id="s1",
        definition="order",
        version=2,
        status="RUNNING",
        direction="FORWARD",
        input={"amount": 5, "whole": 10**15, "none": None, "of": [1, 2.5, {"x": True}]},
        labels={"customer": "c1"},
        created_at=datetime.fromtimestamp(1700000000.005, UTC),
        overdue=False,
        revision=7,
        signals=[],
        suspension=None,
        started=True,
        steps=[
            SagaStep(
                name="reserve",
                status="WAITING",
                wait_reason="BACKOFF",
                attempt=2,
                armed=True,
                input={"qty": 2},
                failure=failure,
                round=0,
                returns=0,
                reverting=False,
                items=[],
                **nothing,
            )
        ],
        **absent,
    )
    assert found.input is not None
    assert isinstance(found.input["amount"], int)
    assert not found.is_final


@pytest.mark.feature("client.wait")
def test_waiting_goes_beyond_what_a_server_waits_in_one_call(connect: Connect) -> None:
    states = [RUNNING, RUNNING, COMPLETED]
    seen: list[Received] = []

    def get(received: Received) -> pb.GetSagaResponse:
        seen.append(received)
        return pb.GetSagaResponse(saga=states.pop(0))

    with scripted_orchestrator({"GetSaga": get}) as address:
        assert connect(address).wait("s1").status == "COMPLETED"
    assert [received.request.wait.seconds for received in seen] == [60, 60, 60]
    assert all(70 < received.seconds_left < 76 for received in seen)


def test_starting_with_a_wait_repeats_the_start_and_remembers_that_it_was_new(connect: Connect) -> None:
    seen: list[Received] = []

    def start(received: Received) -> pb.StartSagaResponse:
        seen.append(received)
        return pb.StartSagaResponse(saga=RUNNING if len(seen) == 1 else COMPLETED, started=len(seen) == 1)

    with scripted_orchestrator({"StartSaga": start}) as address:
        found = connect(address).start("order", wait="5m")
    assert (found.status, found.started) == ("COMPLETED", True)
    # Where the store has lost the saga meanwhile, it begins anew.
    assert seen[0].request.request_id == seen[1].request.request_id != ""


def test_cancelling_with_a_long_wait_goes_on_waiting_by_asking(connect: Connect) -> None:
    seen: list[Received] = []

    def cancel(received: Received) -> pb.CancelSagaResponse:
        seen.append(received)
        return pb.CancelSagaResponse(saga=RUNNING)

    script = {"CancelSaga": cancel, "GetSaga": lambda _: pb.GetSagaResponse(saga=COMPLETED)}
    with scripted_orchestrator(script) as address:
        found = connect(address).cancel("s1", reason="wrong size", identity="ann", expected_revision=7, wait="5m")
    assert found.status == "COMPLETED"
    request = seen[0].request
    assert (request.reason, request.identity, request.expected_revision) == ("wrong size", "ann", 7)
    assert (len(seen), request.wait.seconds, request.request_id != "") == (1, 60, True)


@pytest.mark.parametrize("way", ["get", "watch", "pause"])
def test_closing_ends_what_still_runs(connect: Connect, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    if way == "pause":
        monkeypatch.setattr(retry, "FIRST_PAUSE_SECONDS", 3600)
    called = threading.Event()
    released = threading.Event()

    def get(_: Received) -> pb.GetSagaResponse:
        called.set()
        if way == "pause":
            raise AWAY
        released.wait(10)
        return pb.GetSagaResponse(saga=RUNNING)

    def watch(_: Received) -> Iterator[pb.WatchSagaResponse]:
        called.set()
        released.wait(10)
        yield pb.WatchSagaResponse(saga=COMPLETED)

    failures: list[BackstitchError] = []
    with scripted_orchestrator({"GetSaga": get, "WatchSaga": watch}) as address:
        client = connect(address)

        def run() -> None:
            try:
                next(client.watch("s1")) if way == "watch" else client.get("s1")
            except BackstitchError as error:
                failures.append(error)

        caller = threading.Thread(target=run)
        caller.start()
        assert called.wait(5)
        client.close()
        caller.join(5)
        released.set()
        assert [error.code for error in failures] == ["CANCELLED"]
        with pytest.raises(BackstitchError, match="the client is closed"):
            client.get("s1")


@pytest.mark.parametrize("way", ["get", "watch"])
def test_a_call_that_begins_while_another_thread_closes_the_client_ends_alike(
    monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    client = Client("127.0.0.1:1")
    method = client._method

    def close_meanwhile(*args: Any) -> Any:
        made = method(*args)
        client.close()
        return made

    monkeypatch.setattr(client, "_method", close_meanwhile)
    with pytest.raises(BackstitchError, match="the client is closed"):
        next(client.watch("s1")) if way == "watch" else client.get("s1")


@pytest.mark.feature("client.complete")
def test_completing_says_how_the_work_ended(connect: Connect) -> None:
    seen: list[pb.CompleteStepRequest] = []

    def complete(received: Received) -> pb.CompleteStepResponse:
        seen.append(received.request)
        return pb.CompleteStepResponse()

    with scripted_orchestrator({"CompleteStep": complete}) as address:
        client = connect(address)
        client.complete("t", {"id": 1})
        client.complete("t")
        client.complete("t", Rejected("NO_PAPER", "none left", {"trays": 2}))
        client.complete("t", RuntimeError("on fire " + "x" * 2000))
        client.complete("t", KeyError())
    assert [request.completion_token for request in seen] == ["t"] * 5
    assert len({request.request_id for request in seen}) == 5
    assert seen[0].done.output == struct(id=1)
    assert seen[1].done.HasField("output")
    refusal = seen[2].rejected
    assert (refusal.code, refusal.message, refusal.details) == ("NO_PAPER", "none left", struct(trays=2))
    assert seen[3].failed.message == ("on fire " + "x" * 2000)[:1000]
    assert seen[4].failed.message == "KeyError"


def test_a_client_wants_an_address_and_tls_in_full(connect: Connect) -> None:
    for address in ("", "http://127.0.0.1:7070"):
        with pytest.raises(ValueError, match="host:port"):
            connect(address)
    with pytest.raises(ValueError, match="needs its key"):
        connect("127.0.0.1:7070", tls=ClientTls(cert=b"pem"))
    with pytest.raises(ValueError, match="needs its key"):
        connect("127.0.0.1:7070", tls=ClientTls(key=b"pem"))


def test_nothing_shows_a_key_or_a_token() -> None:
    assert "secret" not in repr(ClientTls(cert=b"c", key=b"secret"))
    with Client("127.0.0.1:1", token="secret") as client:
        assert "secret" not in repr(client)
