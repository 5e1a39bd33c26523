"""The client against a real orchestrator."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from bridged import Connect
from pending_participant import PendingParticipant, pending_participant

from backstitch import BackstitchError, Client, ClientTls, Retry, Undo, saga
from backstitch.answers import Rejected

pytest_plugins = ("clients",)

Given = Callable[[str], str]

# What calls the participant waits for its connection, however long that was away before.
PATIENT = Retry(max_attempts=100, initial=0.1, max=0.5)


@pytest.fixture
def client(connect: Connect, given: Given) -> Client:
    return connect(given("BACKSTITCH_ADDRESS"))


@pytest.fixture
def name() -> str:
    return f"python-{uuid4().hex[:12]}"


@pytest.fixture(scope="module")
def participant(given: Given) -> Iterator[PendingParticipant]:
    with pending_participant(given("BACKSTITCH_PARTICIPANT_PORT")) as served:
        yield served


def refusal(run: Callable[..., object], *args: Any, **kwargs: Any) -> BackstitchError:
    with pytest.raises(BackstitchError) as caught:
        run(*args, **kwargs)
    return caught.value


@pytest.mark.feature("client.register")
def test_a_definition_is_registered_as_builder_message_json_or_text_and_once_for_its_content(
    client: Client, name: str
) -> None:
    builder = saga(name, description="first").sleep("rest", "10ms")
    first = client.register(builder, identity="ann")
    assert (first.version, first.latest, first.created, first.namespace) == (1, True, True, "default")
    assert len(first.digest) == 64
    assert first.registered_at is not None
    for source in (
        builder.build(),
        builder.to_json(),
        f"name: {name}\ndescription: first\nsteps: [{{name: rest, sleep: {{duration: 0.01s}}}}]",
    ):
        again = client.register(source)
        assert (again.version, again.created, again.digest) == (1, False, first.digest)
    second = client.register(saga(name).sleep("rest", "20ms"))
    assert (second.version, second.created) == (2, True)
    assert second.definition["steps"][0]["sleep"] == {"duration": "0.020s"}
    assert client.start(name, wait=10).version == 2
    assert client.start(name, version=1, wait=10).version == 1

    faulty = {"name": name, "steps": [{"name": "Rest", "sleep": {"duration": "10ms"}, "odd": 1}]}
    faults = client.validate(faulty)
    assert {fault.rule for fault in faults} >= {"unknown_field"}
    error = refusal(client.register, faulty)
    assert (error.code, error.status) == ("INVALID_DEFINITION", "INVALID_ARGUMENT")
    assert list(error.faults) == faults
    assert client.validate(builder) == []


@pytest.mark.feature("client.start")
def test_a_saga_is_started_once_for_its_id_and_its_content(client: Client, name: str) -> None:
    client.register(saga(name, output={"sum": "input.a + input.b"}).sleep("rest", 0.02))
    asked = {"a": 1, "b": 2, "deep": {"list": [1, 2.5, None, True, "ä\u0000\n😀"]}}
    options = {"saga_id": name, "labels": {"of": "python"}, "deadline": "1h"}
    begun = client.start(name, asked, **options)  # type: ignore[arg-type]
    assert (begun.started, begun.saga_id, begun.is_final) == (True, name, False)
    done = client.start(name, asked, wait=10, **options)  # type: ignore[arg-type]
    assert (done.started, done.status, done.is_final) == (False, "COMPLETED", True)
    assert done.input == asked
    assert done.output == {"sum": 3}
    assert isinstance(done.output["sum"], int)
    assert done.labels == {"of": "python"}
    assert [(step.name, step.status) for step in done.steps] == [("rest", "DONE")]
    assert done.created_at is not None
    assert done.finished_at is not None
    assert done.deadline is not None
    assert (done.deadline - done.created_at).total_seconds() == 3600
    assert client.start(name, asked, view="BRIEF", **options).input is None  # type: ignore[arg-type]
    other = refusal(client.start, name, {"a": 2}, saga_id=name)
    assert (other.code, other.status) == ("SAGA_ID_IN_USE", "ALREADY_EXISTS")

    once = client.start(name, asked, request_id=f"{name}-request")
    assert client.start(name, asked, request_id=f"{name}-request").saga_id == once.saga_id
    assert client.start(name, asked).saga_id != once.saga_id


@pytest.mark.feature("client.get")
def test_a_saga_is_given_as_it_is(client: Client, name: str) -> None:
    client.register(saga(name).await_signal("answer", "answered", timeout="1h"))
    started = client.start(name, {"n": 1}, saga_id=name)
    found = client.get(name)
    assert (found.status, found.direction, found.input, found.definition) == ("RUNNING", "FORWARD", {"n": 1}, name)
    step = found.steps[0]
    assert (step.status, step.wait_reason, step.signal) == ("WAITING", "SIGNAL", "answered")
    assert step.next_attempt_at == found.wake_at
    assert found.created_at == started.created_at
    assert found.created_at is not None
    assert found.created_at.utcoffset() is not None
    assert client.get(name, view="BRIEF").input is None


@pytest.mark.feature("client.wait")
def test_waiting_gives_a_saga_once_it_is_final_or_as_it_is_when_the_time_is_over(client: Client, name: str) -> None:
    client.register(saga(name).await_signal("answer", "answered"))
    client.start(name, saga_id=name)
    assert client.wait(name, timeout="50ms").status == "RUNNING"
    later = threading.Timer(0.1, client.signal, [name, "answered", {"yes": True}])
    later.start()
    assert client.wait(name, timeout=10).status == "COMPLETED"
    later.join()
    assert client.wait(name).steps[0].output == {"yes": True}


@pytest.mark.feature("client.watch")
def test_watching_gives_a_saga_now_and_at_every_change_until_it_is_final(client: Client, name: str) -> None:
    client.register(saga(name).await_signal("first", "one").await_signal("second", "two"))
    client.start(name, saga_id=name)
    seen = []
    for found in client.watch(name):
        seen.append(found)
        waiting = [step.signal for step in found.steps if step.wait_reason == "SIGNAL"]
        if waiting:
            client.signal(name, str(waiting[0]))
    revisions = [found.revision for found in seen]
    assert revisions == sorted(set(revisions))
    assert len(revisions) >= 3
    assert (seen[0].status, seen[-1].status) == ("RUNNING", "COMPLETED")
    assert [found.revision for found in client.watch(name, after_revision=revisions[-2])] == [revisions[-1]]
    assert refusal(next, client.watch(f"{name}-ghost")).code == "SAGA_NOT_FOUND"


@pytest.mark.feature("client.signal")
def test_a_signal_comes_once_for_its_request_id_and_may_come_before_it_is_awaited(client: Client, name: str) -> None:
    client.register(saga(name).await_signal("first", "one").await_signal("second", "two"))
    client.start(name, saga_id=name)
    early = client.signal(name, "two", {"n": 2}, request_id="r2", identity="ann")
    assert [(kept.name, kept.payload) for kept in early.signals] == [("two", {"n": 2})]
    assert len(client.signal(name, "two", {"n": 2}, request_id="r2").signals) == 1
    client.signal(name, "one")
    done = client.wait(name, timeout=10)
    assert [step.output for step in done.steps] == [{}, {"n": 2}]
    assert refusal(client.signal, name, "one").code == "SAGA_FINAL"


@pytest.mark.feature("client.cancel")
def test_cancelling_turns_a_saga_round(client: Client, name: str) -> None:
    client.register(saga(name).await_signal("answer", "answered"))
    started = client.start(name, saga_id=name)
    late = refusal(client.cancel, name, expected_revision=started.revision + 100)
    assert (late.code, late.status) == ("REVISION_MISMATCH", "ABORTED")
    ended = client.cancel(name, reason="wrong size", identity="ann", wait=10)
    assert ended.status == "COMPENSATED"
    assert ended.failure is not None
    assert (ended.failure.kind, ended.failure.message) == ("CANCELLED", "wrong size")
    assert refusal(client.cancel, name).code == "SAGA_FINAL"


@pytest.mark.feature("client.complete")
def test_accepted_work_is_completed_refused_or_failed(
    client: Client, name: str, participant: PendingParticipant
) -> None:
    client.register(
        saga(name)
        .call("print", "sdk.print", retry=PATIENT, undo=Undo(retry=PATIENT))
        .call("bind", "sdk.bind", retry=PATIENT)
    )
    client.start(name, saga_id=name)
    failed = participant.next(name)
    client.complete(failed.completion_token, RuntimeError("out of paper"))
    token = participant.next(name).completion_token
    assert token == failed.completion_token
    client.complete(token, {"pages": 2})
    client.complete(token, {"pages": 2})
    assert refusal(client.complete, token, {"pages": 3}).code == "COMPLETION_REFUSED"
    client.complete(participant.next(name).completion_token, Rejected("NO_GLUE", "none left", {"pots": 0}))
    undo = participant.next(name)
    assert undo.action == "print"
    client.complete(undo.completion_token)
    ended = client.wait(name, timeout=10)
    assert ended.status == "COMPENSATED"
    assert [(step.status, step.output) for step in ended.steps] == [("UNDONE", {"pages": 2}), ("REJECTED", None)]
    assert ended.failure is not None
    assert (ended.failure.code, ended.failure.message, ended.failure.step) == ("NO_GLUE", "none left", "bind")
    assert ended.failure.details == {"pots": 0}
    assert refusal(client.complete, "forged").code == "INVALID_REQUEST"


@pytest.mark.feature("client.heartbeat")
def test_a_heartbeat_keeps_accepted_work_and_learns_that_it_is_not_wanted_any_more(
    client: Client, name: str, participant: PendingParticipant
) -> None:
    client.register(saga(name).call("print", "sdk.print", retry=PATIENT, heartbeat_timeout="30s"))
    client.start(name, saga_id=name)
    command = participant.next(name)
    assert not client.heartbeat(command.completion_token).cancelled
    client.cancel(name)
    undo = participant.next(name)
    assert client.heartbeat(command.completion_token).cancelled
    client.complete(undo.completion_token)
    assert client.wait(name, timeout=10).status == "COMPENSATED"


@pytest.mark.feature("client.errors")
def test_every_fault_of_a_request_is_named(client: Client, name: str) -> None:
    error = refusal(client.start, "No Name", saga_id="a b", labels={"": "x"})
    assert (error.code, error.status) == ("INVALID_REQUEST", "INVALID_ARGUMENT")
    assert {fault.field for fault in error.faults} == {"definition", "saga_id", 'labels[""]'}
    assert all(fault.rule and fault.message for fault in error.faults)
    assert refusal(client.get, name).code == "SAGA_NOT_FOUND"
    unknown = refusal(client.start, name)
    assert (unknown.code, unknown.status) == ("DEFINITION_NOT_FOUND", "NOT_FOUND")
    for payload, field, rule in (
        ({"a": [{"b": 2**53}]}, "input.a[0].b", "unsafe_integer"),
        ({"a b": float("nan")}, 'input["a b"]', "not_json"),
        ({"x": object()}, "input.x", "not_json"),
    ):
        here = refusal(client.start, name, payload)
        assert [(fault.field, fault.rule) for fault in here.faults] == [(field, rule)]


@pytest.mark.feature("client.tls")
@pytest.mark.usefixtures("short_pauses")
def test_a_client_and_an_orchestrator_know_each_other_by_certificates_and_a_token(
    connect: Connect, given: Given, name: str
) -> None:
    address, token = given("BACKSTITCH_TLS_ADDRESS"), given("BACKSTITCH_TOKEN")
    ca, cert, key = (Path(given(f"BACKSTITCH_TLS_{file}")).read_bytes() for file in ("CA", "CERT", "KEY"))
    known = ClientTls(ca=ca, cert=cert, key=key)
    client = connect(address, tls=known, token=token)
    client.register(saga(name).sleep("rest", 0.01))
    assert client.start(name, wait=10).status == "COMPLETED"
    for wrong in ("", "wrong", None):
        assert refusal(connect(address, tls=known, token=wrong).get, name).code == "UNAUTHENTICATED"
    # Plain text, no certificate of its own, and an authority that does not know the orchestrator.
    for tls in (None, ClientTls(ca=ca), ClientTls(cert=cert, key=key)):
        assert refusal(connect(address, tls=tls, token=token).get, name).status == "UNAVAILABLE"
