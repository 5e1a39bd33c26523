"""Deadlines, cancellation, duplicates and the end of a server, over unary calls and over the Serve stream."""

from __future__ import annotations

import asyncio
import gc
import json
import threading
import time
from datetime import UTC, datetime
from typing import Any

import grpc
import pytest
from links import StreamLink, Told, UnaryLink, connected
from served import Start, one

from backstitch import DoContext, Server
from backstitch.gen.v1.participant_service_pb2 import DoRequest
from backstitch.gen.v1.participant_service_pb2_grpc import ParticipantServiceStub


@pytest.mark.feature("participant.deadline")
def test_a_call_past_its_deadline_never_reaches_its_handler(start: Start) -> None:
    runs: list[int] = []
    link = start(one(lambda _: runs.append(1)))
    past, future = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    assert link.send(context={"deadline": past}).answer["error"] == 4
    assert runs == []
    # The timeout counts from the receipt, whatever the orchestrator's clock says.
    assert link.send(context={"deadline": past}, timeout=5).answer == {"done": {}}
    assert link.send(context={"deadline": future}).answer == {"done": {}}
    assert link.send(context={"deadline": future}, timeout=0).answer["error"] == 4
    assert runs == [1, 1]


def test_a_unary_calls_own_deadline_counts_too() -> None:
    seen: list[Any] = []
    participant = one(lambda _, context: seen.append(context.deadline))
    with Server(participant) as server, connected(str(server.listen())) as channel:
        stub = ParticipantServiceStub(channel)  # type: ignore[no-untyped-call]
        stub.Do(DoRequest(context=Told().wire_context), timeout=5)
    assert abs(seen[0].timestamp() - time.time() - 5) < 1


@pytest.mark.feature("participant.cancellation")
@pytest.mark.parametrize("kind", ["plain", "async"])
def test_a_handler_learns_that_nobody_wants_its_answer_any_more(start: Start, kind: str) -> None:
    begun, aborted = threading.Event(), threading.Event()

    def plain(_input: Any, context: DoContext) -> dict[str, bool]:
        begun.set()
        if context.wait_cancelled(10):
            aborted.set()
        return {"aborted": context.cancelled}

    async def on_the_loop(_input: Any, context: DoContext) -> dict[str, bool]:
        begun.set()
        await context.until_cancelled()
        aborted.set()
        return {"aborted": context.cancelled}

    link = start(one(plain if kind == "plain" else on_the_loop))
    given_up = link.send()
    assert begun.wait(10)
    given_up.cancel()
    assert aborted.wait(10)
    aborted.clear()
    # The deadline passes.
    assert link.send(timeout=0.1).answer == {"done": {"aborted": True}}
    assert aborted.is_set()
    assert link.send("ping").answer == {"done": {}}


@pytest.mark.feature("participant.joins_duplicates")
@pytest.mark.parametrize("kind", ["plain", "async"])
def test_concurrent_duplicates_run_once_and_all_get_the_answer(start: Start, kind: str) -> None:
    begun, gate, runs = threading.Event(), threading.Event(), []

    def plain(_input: Any, context: DoContext) -> dict[str, Any]:
        runs.append(1)
        begun.set()
        assert gate.wait(10)
        return {"run": len(runs), "cancelled": context.cancelled}

    async def on_the_loop(input: Any, context: DoContext) -> dict[str, Any]:
        return await asyncio.to_thread(plain, input, context)

    link = start(one(plain if kind == "plain" else on_the_loop))
    first = link.send(saga="dup")
    assert begun.wait(10)
    more = [link.send(saga="dup", context={"attempt": attempt}) for attempt in (2, 3)]
    assert link.send("ping").answer == {"done": {}}
    first.cancel()
    assert link.send("ping").answer == {"done": {}}
    gate.set()
    assert [sent.answer for sent in more] == [{"done": {"run": 1, "cancelled": False}}] * 2
    assert link.send(saga="dup").answer == {"done": {"run": 2, "cancelled": False}}


@pytest.mark.feature("participant.blocking_handler")
def test_handlers_that_block_their_threads_do_not_stop_others(start: Start) -> None:
    blocked = threading.Semaphore(0)
    gate = threading.Event()

    def block(_input: Any) -> None:
        blocked.release()
        assert gate.wait(10)

    async def on_the_loop(_input: Any) -> None:
        await asyncio.sleep(0)

    link = start(one(block, on_the_loop=on_the_loop))
    blocking = [link.send() for _ in range(63)]
    for _ in blocking:
        assert blocked.acquire(timeout=10)
    assert link.send("ping").answer == {"done": {}}
    one_more = link.send()
    assert blocked.acquire(timeout=10)
    # Now every thread is taken: plain handlers wait their turn, async ones do not.
    sent_at, late = time.monotonic(), link.send("ping", timeout=0.1)
    assert link.send("on_the_loop").answer == {"done": {}}
    time.sleep(max(0.0, sent_at + 0.2 - time.monotonic()))
    gate.set()
    assert [sent.answer for sent in [*blocking, one_more]] == [{"done": {}}] * 64
    assert late.answer["error"] == 4


def test_a_command_without_idempotency_key_is_refused(start: Start) -> None:
    assert start(one(lambda _: None)).send(context={"idempotency_key": ""}).answer["error"] == 3


def test_a_thousand_commands_at_once_each_get_their_own_answer(start: Start) -> None:
    async def on_the_loop(input: Any) -> Any:
        await asyncio.sleep(0)
        return input

    link = start(one(lambda input: input, on_the_loop=on_the_loop))
    sent = [link.send(("charge", "on_the_loop")[i % 2], {"i": i}) for i in range(1000)]
    assert [each.answer for each in sent] == [{"done": {"i": i}} for i in range(1000)]


@pytest.mark.feature("participant.graceful_stop")
@pytest.mark.parametrize("way", [UnaryLink, StreamLink])
def test_stopping_lets_a_running_call_end_and_answers_it(way: Any) -> None:
    begun, gate = threading.Event(), threading.Event()

    def do(_input: Any) -> dict[str, bool]:
        begun.set()
        return {"ended": gate.wait(10)}

    server = Server(one(do))
    with connected(str(server.listen())) as channel:
        sent = way(channel).send()
        assert begun.wait(10)
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        gate.set()
        assert sent.answer == {"done": {"ended": True}}
        stopping.join(10)
        assert not stopping.is_alive()
        server.wait()
        assert way(channel).send("ping").answer["error"] in (1, 14)


@pytest.mark.parametrize("way", [UnaryLink, StreamLink])
@pytest.mark.parametrize("kind", ["plain", "async"])
def test_stopping_does_not_wait_for_a_hanging_call_longer_than_the_grace_time(
    way: Any, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    begun, aborted, gate = threading.Event(), threading.Event(), threading.Event()

    def plain(_input: Any, context: DoContext) -> None:
        begun.set()
        if context.wait_cancelled(10):
            aborted.set()
        gate.wait(10)

    async def on_the_loop(_input: Any, context: DoContext) -> None:
        begun.set()
        await context.until_cancelled()
        aborted.set()
        await asyncio.sleep(10)

    server = Server(one(plain if kind == "plain" else on_the_loop))
    with connected(str(server.listen())) as channel:
        sent = way(channel).send()
        assert begun.wait(10)
        before = time.monotonic()
        server.stop(0.1)
        assert time.monotonic() - before < 3
        assert aborted.wait(10)
        assert "error" in sent.answer
    gate.set()
    gc.collect()
    assert "never retrieved" not in caplog.text


@pytest.mark.parametrize("way", [UnaryLink, StreamLink])
def test_a_handler_that_is_told_to_give_up_at_the_end_of_the_grace_time_can_still_answer(way: Any) -> None:
    begun = threading.Event()

    def do(_input: Any, context: DoContext) -> dict[str, bool]:
        begun.set()
        return {"given_up": context.wait_cancelled(10)}

    server = Server(one(do))
    with connected(str(server.listen())) as channel:
        sent = way(channel).send()
        assert begun.wait(10)
        server.stop(0.1)
        assert sent.answer == {"done": {"given_up": True}}


def test_json_of_the_wrong_kind_in_a_unary_call_is_not_repeated_anywhere() -> None:
    with Server(one(lambda _: None)) as server, connected(str(server.listen())) as channel:
        call: Any = channel.unary_unary("/backstitch.v1.ParticipantService/Do")
        with pytest.raises(grpc.RpcError) as failed:
            call(b"\xff\xff secret")
        assert "secret" not in json.dumps(str(failed.value))
        assert UnaryLink(channel).send().answer == {"done": {}}
