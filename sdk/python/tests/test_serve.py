"""The Serve stream."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import grpc
import pytest
from links import StreamLink, Told, UnaryLink, connected

from backstitch import Action, DoContext, Participant, Rejected, Server
from backstitch.gen.v1.participant_service_pb2 import ServeRequest
from backstitch.serve import MAX_IN_FLIGHT

Serve = Callable[..., "Served"]
METHOD = "/backstitch.v1.ParticipantService/Serve"


class Served:
    """A server, and links to it."""

    def __init__(self, stack: ExitStack, do: Any, **options: Any) -> None:
        actions = {"charge": Action(do), "ping": Action(ping)}
        self.server = Server(Participant("payment", actions), **options)
        stack.callback(lambda: self.server.stop(0))
        self.address = str(self.server.listen())
        self._stack = stack

    def connect(self, way: Any = StreamLink) -> Any:
        return way(self._stack.enter_context(connected(self.address)))


async def ping(_input: Any) -> None: ...


async def echo(input: Any) -> Any:
    return input


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:
        yield lambda do, **options: Served(stack, do, **options)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.feature("participant.serve")
def test_many_commands_arrive_in_a_message_and_results_that_are_ready_together_leave_together(serve: Serve) -> None:
    link = serve(echo).connect()
    sent = link.send_all([Told(input={"i": i}) for i in range(200)])
    assert [each.answer for each in sent] == [{"done": {"i": i}} for i in range(200)]
    assert len(link.messages) == 1
    undo = link.send(direction="undo").answer
    assert undo["error"] == 12


def test_results_of_threads_are_gathered_too(serve: Serve) -> None:
    link = serve(lambda input: input).connect()
    sent = link.send_all([Told(input={"i": i}) for i in range(500)])
    assert [each.answer for each in sent] == [{"done": {"i": i}} for i in range(500)]
    assert len(link.messages) < 250


def test_large_results_are_spread_over_messages_below_the_limit(serve: Serve) -> None:
    async def large(_input: Any) -> Any:
        return {"text": "x" * 200_000}

    link = serve(large).connect()
    sent = link.send_all([Told() for _ in range(20)])
    assert all("done" in each.answer for each in sent)
    assert all(message.ByteSize() < 1024 * 1024 for message in link.messages)


def test_while_the_peer_does_not_read_no_more_commands_are_taken_and_afterwards_all_are_answered(serve: Serve) -> None:
    runs: list[int] = []

    async def do(_input: Any) -> dict[str, str]:
        runs.append(1)
        return {"text": "x" * 50_000}

    link = serve(do).connect()
    assert "done" in link.send().answer
    link.pause()
    sent = [link.send() for _ in range(1000)]
    settled = 0
    while len(runs) != settled:
        settled = len(runs)
        time.sleep(0.15)
    assert settled < 700
    link.resume()
    assert all("done" in each.answer for each in sent)
    assert len(runs) == 1001


def test_no_more_than_so_many_commands_are_in_flight(serve: Serve) -> None:
    gate = threading.Event()
    begun: list[int] = []

    async def do(_input: Any, context: DoContext) -> None:
        begun.append(1)
        while not gate.is_set():
            await asyncio_sleep()

    link = serve(do).connect()
    first = link.send_all([Told() for _ in range(MAX_IN_FLIGHT)])
    until(lambda: len(begun) == MAX_IN_FLIGHT)
    one_more = link.send()
    time.sleep(0.2)
    assert len(begun) == MAX_IN_FLIGHT
    gate.set()
    assert all("done" in each.answer for each in [*first, one_more])


async def asyncio_sleep() -> None:
    import asyncio

    await asyncio.sleep(0.05)


def test_a_cancelled_command_is_answered_no_more(serve: Serve) -> None:
    gate = threading.Event()
    link = serve(lambda _: gate.wait(10) and None).connect()
    sent = link.send()
    assert link.send("ping").answer == {"done": {}}
    sent.cancel()
    assert link.send("ping").answer == {"done": {}}
    gate.set()
    assert link.send("charge").answer["done"] is not None
    assert sum(len(message.results) for message in link.messages) == 3


def test_the_first_command_keeps_its_correlation_id(serve: Serve) -> None:
    gate = threading.Event()

    def do(input: Any) -> Any:
        assert gate.wait(10)
        return input

    link = serve(do).connect()
    first, _second = link.send_all([Told(input={"n": 1}), Told(input={"n": 2})], ids=[77, 77])
    assert link.send("ping").answer == {"done": {}}
    gate.set()
    assert first.answer == {"done": {"n": 1}}
    # Once it is answered its id is free.
    link._waiting.clear()
    assert link.send_all([Told(input={"n": 3})], ids=[77])[0].answer == {"done": {"n": 3}}


def test_a_duplicate_joins_the_running_call_across_streams_and_unary_calls_also_when_the_first_stream_breaks(
    serve: Serve,
) -> None:
    runs: list[int] = []
    begun, gate = threading.Event(), threading.Event()

    def do(_input: Any) -> dict[str, int]:
        runs.append(1)
        begun.set()
        assert gate.wait(10)
        return {"runs": len(runs)}

    served = serve(do)
    first, second, unary = served.connect(), served.connect(), served.connect(UnaryLink)
    first.send(saga="s")
    assert begun.wait(10)
    answers = [second.send(saga="s", context={"attempt": 2}), unary.send(saga="s", context={"attempt": 3})]
    assert [second.send("ping").answer, unary.send("ping").answer] == [{"done": {}}] * 2
    first.break_off()
    assert first.ended.result(10) == grpc.StatusCode.CANCELLED
    assert second.send("ping").answer == {"done": {}}
    gate.set()
    assert [sent.answer for sent in answers] == [{"done": {"runs": 1}}] * 2


def test_a_stream_that_breaks_aborts_its_calls(serve: Serve) -> None:
    begun, aborted = threading.Event(), threading.Event()

    def do(_input: Any, context: DoContext) -> None:
        begun.set()
        if context.wait_cancelled(10):
            aborted.set()

    link = serve(do).connect()
    link.send()
    assert begun.wait(10)
    link.break_off()
    assert aborted.wait(10)


def test_a_peer_that_goes_away_amid_a_message_is_no_error(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    async def do(_input: Any) -> dict[str, str]:
        return {"text": "x" * 50_000}

    served = serve(do)
    link = served.connect()
    assert "done" in link.send().answer
    link.pause()
    for _ in range(500):
        link.send()
    assert served.connect().send("ping").answer == {"done": {}}
    link.break_off()
    link.resume()
    assert link.ended.result(10) == grpc.StatusCode.CANCELLED
    assert served.connect().send("ping").answer == {"done": {}}
    served.server.stop()
    assert [record.message for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []


def test_a_stopping_server_says_that_it_drains_answers_what_is_in_flight_and_ends_the_stream_with_ok(
    serve: Serve,
) -> None:
    begun, gate = threading.Event(), threading.Event()

    def do(_input: Any) -> None:
        begun.set()
        assert gate.wait(10)

    served = serve(do)
    link = served.connect()
    sent = link.send()
    assert begun.wait(10)
    stopping = threading.Thread(target=served.server.stop)
    stopping.start()
    until(lambda: any(message.draining for message in link.messages))
    # A command that was under way when the server said so.
    assert link.send("ping").answer == {"done": {}}
    gate.set()
    assert sent.answer == {"done": {}}
    assert link.ended.result(10) == grpc.StatusCode.OK
    stopping.join(10)
    assert not stopping.is_alive()


def test_an_idle_stream_ends_soon_after_the_server_began_to_stop(serve: Serve) -> None:
    served = serve(echo)
    link = served.connect()
    assert link.send("ping").answer == {"done": {}}
    before = time.monotonic()
    served.server.stop()
    assert link.ended.result(10) == grpc.StatusCode.OK
    assert 0.09 < time.monotonic() - before < 2


def test_a_peer_that_closes_its_side_gets_the_answers_still_due_then_the_end(serve: Serve) -> None:
    gate = threading.Event()
    link = serve(lambda _: gate.wait(10) and None).connect()
    sent = link.send()
    assert link.send("ping").answer == {"done": {}}
    link.half_close()
    gate.set()
    assert sent.answer == {"done": {}}
    assert link.ended.result(10) == grpc.StatusCode.OK


def test_an_unreadable_payload_fails_its_command_alone_and_its_text_is_not_repeated(serve: Serve) -> None:
    link = serve(echo).connect()
    inputs = [b"{secret", b"[1]", b"null", b"5", b'"text"', b'{"x": NaN}', b"\xff", b"[" * 100_000, b"{}", b""]
    answers = [sent.answer for sent in link.send_all([Told(input=payload) for payload in inputs])]
    assert [answer.get("error", "done") for answer in answers] == [3] * 8 + ["done"] * 2
    assert "secret" not in str(answers)
    no_direction = link.send_all([Told(direction="")])[0].answer
    assert no_direction == {"error": 3, "message": "the command has no direction", "retry_after_ms": 0}


def test_a_refusal_without_details_has_none(serve: Serve) -> None:
    link = serve(lambda _: Rejected("NO")).connect()
    assert link.send().answer == {"rejected": {"code": "NO", "message": ""}}


def test_bytes_that_are_no_message_end_their_stream_alone(serve: Serve) -> None:
    served = serve(echo)
    with connected(served.address) as channel:
        call: Any = channel.stream_stream(METHOD)
        stream = call(iter([ServeRequest().SerializeToString(), b"\xff\xff\xff\xff"]))
        with pytest.raises(grpc.RpcError) as ended:
            list(stream)
        assert ended.value.code() == grpc.StatusCode.INTERNAL
    assert served.connect().send("ping").answer == {"done": {}}


def test_without_serve_the_stream_is_unimplemented_and_unary_calls_work(serve: Serve) -> None:
    served = serve(echo, serve=False)
    assert served.connect().ended.result(10) == grpc.StatusCode.UNIMPLEMENTED
    assert served.connect(UnaryLink).send().answer == {"done": {}}
