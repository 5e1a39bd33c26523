"""When the client makes a call again, and what it fails with."""

from __future__ import annotations

import random
import threading

import grpc
import pytest
from bridged import Connect
from scripted_orchestrator import AWAY, COMPLETED, RUNNING, Answer, Received, scripted_orchestrator, start_scripted

from backstitch import BackstitchError, Fault
from backstitch.gen.v1 import errors_pb2
from backstitch.gen.v1 import saga_service_pb2 as pb

pytest_plugins = ("clients",)
pytestmark = pytest.mark.usefixtures("short_pauses")


@pytest.mark.feature("client.repeat")
def test_a_repeat_after_a_transient_failure_takes_effect_once(connect: Connect) -> None:
    sagas: dict[str, int] = {}
    calls: list[str] = []

    def start(received: Received) -> pb.StartSagaResponse:
        key = received.request.request_id
        calls.append(key)
        sagas.setdefault(key, len(sagas) + 1)
        if len(calls) in (1, 2):
            # The saga is there, but its starter does not hear of it.
            raise AWAY
        return pb.StartSagaResponse(saga=RUNNING, started=calls.count(key) == 1)

    with scripted_orchestrator({"StartSaga": start}) as address:
        client = connect(address)
        client.start("order")
        assert (len(calls), len(sagas)) == (3, 1)
        assert calls[0] != ""
        client.start("order")
        assert (len(calls), len(sagas)) == (4, 2)


@pytest.mark.feature("client.repeat")
def test_a_call_whose_server_goes_away_is_made_again_at_the_next(connect: Connect) -> None:
    called = threading.Event()
    released = threading.Event()

    def hang(_: Received) -> pb.GetSagaResponse:
        called.set()
        released.wait(10)
        return pb.GetSagaResponse(saga=RUNNING)

    first, address = start_scripted({"GetSaga": hang})
    client = connect(address)
    found: list[object] = []
    caller = threading.Thread(target=lambda: found.append(client.get("s1").status))
    caller.start()
    assert called.wait(5)
    second, _ = start_scripted({"GetSaga": lambda _: pb.GetSagaResponse(saga=COMPLETED)}, address)
    first.stop(None)
    caller.join(10)
    released.set()
    second.stop(None)
    assert found == ["COMPLETED"]


@pytest.mark.feature("client.repeat")
def test_a_call_that_finds_no_server_reaches_one_that_starts_meanwhile(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = threading.Event()

    def pause(_least: float, _most: float) -> float:
        refused.set()
        return 0.15

    monkeypatch.setattr(random, "uniform", pause)
    with scripted_orchestrator({}) as address:
        client = connect(address)
    found: list[object] = []
    caller = threading.Thread(target=lambda: found.append(client.get("s1").status))
    caller.start()
    assert refused.wait(5)
    server, _ = start_scripted({"GetSaga": lambda _: pb.GetSagaResponse(saga=COMPLETED)}, address)
    caller.join(10)
    server.stop(None)
    assert found == ["COMPLETED"]


@pytest.mark.parametrize("status", ["ABORTED", "CANCELLED", "INTERNAL", "UNKNOWN", "UNAVAILABLE"])
def test_what_a_broken_connection_looks_like_is_repeated(connect: Connect, status: str) -> None:
    calls: list[Received] = []

    def get(received: Received) -> pb.GetSagaResponse:
        calls.append(received)
        if len(calls) < 3:
            raise Answer(grpc.StatusCode[status])
        return pb.GetSagaResponse(saga=RUNNING)

    with scripted_orchestrator({"GetSaga": get}) as address:
        assert connect(address).get("s1").saga_id == "s1"
    assert len(calls) == 3


@pytest.mark.feature("client.errors")
def test_an_error_has_the_servers_code_status_and_faults_and_a_definite_one_is_not_repeated(connect: Connect) -> None:
    calls: list[Received] = []
    fault = {"field": "saga_id", "rule": "exists", "message": "there is none"}

    def get(received: Received) -> pb.GetSagaResponse:
        calls.append(received)
        code = errors_pb2.ERROR_CODE_SAGA_NOT_FOUND
        raise Answer(grpc.StatusCode.NOT_FOUND, "no such saga", code, [errors_pb2.Fault(**fault)])

    with scripted_orchestrator({"GetSaga": get}) as address, pytest.raises(BackstitchError) as caught:
        connect(address).get("nope")
    error = caught.value
    assert (error.code, error.status, error.message) == ("SAGA_NOT_FOUND", "NOT_FOUND", "no such saga")
    assert error.faults == (Fault(**fault),)
    assert str(error) == "SAGA_NOT_FOUND: no such saga"
    assert len(calls) == 1


@pytest.mark.parametrize("status", ["INTERNAL", "ABORTED"])
def test_an_error_of_the_orchestrator_itself_is_not_taken_for_a_broken_connection(
    connect: Connect, status: str
) -> None:
    calls: list[Received] = []

    def get(received: Received) -> pb.GetSagaResponse:
        calls.append(received)
        raise Answer(grpc.StatusCode[status], "a fault", errors_pb2.ERROR_CODE_INTERNAL)

    with scripted_orchestrator({"GetSaga": get}) as address, pytest.raises(BackstitchError, match="INTERNAL: a fault"):
        connect(address).get("s1")
    assert len(calls) == 1


def test_a_failure_that_lasts_is_given_up_after_five_attempts(connect: Connect) -> None:
    calls: list[Received] = []

    def get(received: Received) -> pb.GetSagaResponse:
        calls.append(received)
        raise AWAY

    with scripted_orchestrator({"GetSaga": get}) as address, pytest.raises(BackstitchError) as caught:
        connect(address).get("s1")
    assert (caught.value.code, caught.value.status) == ("STORE_UNAVAILABLE", "UNAVAILABLE")
    assert len(calls) == 5


def test_an_error_without_the_orchestrators_detail_has_its_status_for_a_code(connect: Connect) -> None:
    with scripted_orchestrator({}) as address, pytest.raises(BackstitchError) as caught:
        connect(address).get("s1")
    assert (caught.value.code, caught.value.status, caught.value.faults) == ("UNIMPLEMENTED", "UNIMPLEMENTED", ())


def test_a_code_that_is_newer_than_this_sdk_shows_as_its_number(connect: Connect) -> None:
    def get(_: Received) -> pb.GetSagaResponse:
        raise Answer(grpc.StatusCode.FAILED_PRECONDITION, "new", 999)  # type: ignore[arg-type]

    with scripted_orchestrator({"GetSaga": get}) as address, pytest.raises(BackstitchError) as caught:
        connect(address).get("s1")
    assert caught.value.code == "999"


def test_details_that_nobody_can_read_leave_the_status(connect: Connect) -> None:
    def get(_: Received) -> pb.GetSagaResponse:
        raise Answer(grpc.StatusCode.NOT_FOUND, "gone", details=b"\xff")

    with scripted_orchestrator({"GetSaga": get}) as address, pytest.raises(BackstitchError) as caught:
        connect(address).get("s1")
    assert (caught.value.code, caught.value.message) == ("NOT_FOUND", "gone")


def test_an_answer_without_the_saga_is_an_error(connect: Connect) -> None:
    with (
        scripted_orchestrator({"GetSaga": lambda _: pb.GetSagaResponse()}) as address,
        pytest.raises(BackstitchError, match="lacks what was asked for"),
    ):
        connect(address).get("s1")
