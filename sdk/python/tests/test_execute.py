"""The executor, with handlers that the test ends by hand and a clock of its own."""

from __future__ import annotations

import asyncio
import logging
import math
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from backstitch import Action, cancellation, execute
from backstitch.answers import DoneOutcome, ErrorOutcome, Outcome
from backstitch.context import Command
from backstitch.execute import Executor
from backstitch.gen.v1.participant_service_pb2 import CommandContext

DONE = DoneOutcome("{}")


class Clock:
    now = 0.0

    def time(self) -> float:
        return self.now

    def __getattr__(self, name: str) -> Any:
        import time

        return getattr(time, name)


class Bench:
    """An executor of one action, whose runs the test ends by hand."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.runs: list[asyncio.Future[None]] = []
        self.executor = Executor({"charge": Action(self._run)}, 1, logging.getLogger("bench"))

    async def _run(self, _input: Any) -> None:
        self.runs.append(asyncio.get_running_loop().create_future())
        await self.runs[-1]

    def attempt(self) -> Attempt:
        """An attempt that its sender gives up after a second, when it says so."""
        return Attempt(self.executor, self.clock.now + 1)

    async def until_runs(self, number: int) -> None:
        for _ in range(100):
            await asyncio.sleep(0)
        assert len(self.runs) == number


class Attempt:
    def __init__(self, executor: Executor, deadline: float) -> None:
        self.answers: list[Outcome] = []
        context = CommandContext(action="charge", effect_id="s/charge", idempotency_key="k")
        self._call = executor.run(Command("do", context, None, None, None, deadline), self)

    def answer(self, outcome: Outcome) -> None:
        self.answers.append(outcome)

    def leave(self) -> None:
        if self._call is not None:
            self._call.leave(self)


@pytest.fixture
def on_bench(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Bench], Awaitable[None]]], None]:
    clock = Clock()
    monkeypatch.setattr(execute, "time", clock)
    monkeypatch.setattr(cancellation, "time", clock)

    async def run(test: Callable[[Bench], Awaitable[None]]) -> None:
        await test(Bench(clock))

    return lambda test: asyncio.run(run(test))


OnBench = Callable[[Callable[[Bench], Awaitable[None]]], None]


def test_a_later_attempt_waits_for_one_that_is_aborted_but_has_not_ended_then_runs_anew(on_bench: OnBench) -> None:
    async def test(bench: Bench) -> None:
        first = bench.attempt()
        first.leave()
        second, third = bench.attempt(), bench.attempt()
        await bench.until_runs(1)
        bench.runs[0].set_exception(OSError("aborted"))
        await bench.until_runs(2)
        bench.runs[1].set_result(None)
        await bench.executor.when_idle()
        assert [first.answers, second.answers, third.answers] == [[], [DONE], [DONE]]

    on_bench(test)


def test_a_later_attempt_takes_the_answer_of_an_aborted_one_where_there_is_one_after_all(on_bench: OnBench) -> None:
    async def test(bench: Bench) -> None:
        bench.attempt().leave()
        second = bench.attempt()
        await bench.until_runs(1)
        bench.runs[0].set_result(None)
        await bench.executor.when_idle()
        assert second.answers == [DONE]
        await bench.until_runs(1)

    on_bench(test)


def test_a_later_attempt_does_not_run_once_it_is_given_up_itself_or_late(on_bench: OnBench) -> None:
    async def test(bench: Bench) -> None:
        bench.attempt().leave()
        bench.attempt().leave()
        third = bench.attempt()
        await bench.until_runs(1)
        bench.clock.now = 1
        bench.runs[0].set_exception(OSError("aborted"))
        await bench.executor.when_idle()
        assert [type(answer) for answer in third.answers] == [ErrorOutcome]
        await bench.until_runs(1)

    on_bench(test)


def test_there_may_be_very_many_later_attempts(on_bench: OnBench) -> None:
    async def test(bench: Bench) -> None:
        for _ in range(20_000):
            bench.attempt().leave()
        last = bench.attempt()
        await bench.until_runs(1)
        bench.runs[0].set_exception(OSError("aborted"))
        await bench.until_runs(2)
        bench.runs[1].set_result(None)
        await bench.executor.when_idle()
        assert last.answers == [DONE]

    on_bench(test)


def test_a_later_attempt_waits_a_minute_past_the_deadline_and_no_longer_however_many_come(on_bench: OnBench) -> None:
    async def test(bench: Bench) -> None:
        bench.attempt().leave()
        for second in range(5, 61, 5):
            bench.clock.now = second
            bench.attempt().leave()
        await bench.until_runs(1)
        bench.clock.now = 61
        bench.attempt()
        await bench.until_runs(2)

    on_bench(test)


def test_an_attempt_joins_one_that_runs_and_both_get_its_failure(on_bench: OnBench) -> None:
    async def test(bench: Bench) -> None:
        first, second = bench.attempt(), bench.attempt()
        await bench.until_runs(1)
        bench.runs[0].set_exception(OSError("broken"))
        await bench.executor.when_idle()
        assert first.answers == second.answers == [ErrorOutcome(2, "broken")]

    on_bench(test)


def test_an_attempt_that_comes_after_the_deadline_of_one_that_runs_waits_for_it(on_bench: OnBench) -> None:
    async def test(bench: Bench) -> None:
        first = bench.attempt()
        bench.clock.now = 1.5
        second = bench.attempt()
        await bench.until_runs(1)
        bench.runs[0].set_exception(OSError("too late"))
        await bench.until_runs(2)
        bench.runs[1].set_result(None)
        await bench.executor.when_idle()
        assert [type(answer) for answer in first.answers] == [ErrorOutcome]
        assert second.answers == [DONE]

    on_bench(test)


class Deaf(logging.Logger):
    def error(self, *args: Any, **kwargs: Any) -> None:
        raise OSError("the disk is full")


def test_a_logger_that_fails_keeps_no_answer_back() -> None:
    async def run() -> list[Outcome]:
        answered: list[Outcome] = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
        ended = threading.Semaphore(0)

        def fail(_input: Any) -> None:
            ended.release()
            raise OSError("broken")

        executor = Executor({"charge": Action(fail)}, 2, Deaf("deaf"))
        for key in ("a", "b"):
            context = CommandContext(action="charge", effect_id=key, idempotency_key=key)
            executor.run(Command("do", context, None, None, None, math.inf), Answered(answered))
        # Both threads end while the loop is busy, so that it takes what they give in one turn.
        ended.acquire()
        ended.acquire()
        time.sleep(0.05)  # noqa: ASYNC251
        await asyncio.wait_for(executor.when_idle(), 5)
        return answered

    assert asyncio.run(run()) == [ErrorOutcome(2, "broken")] * 2


def test_a_call_for_which_there_is_no_thread_fails_and_the_next_one_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    async def run() -> list[Outcome]:
        answered: list[Outcome] = []
        executor = Executor({"charge": Action(lambda _: None)}, 1, logging.getLogger("bench"))
        context = CommandContext(action="charge", effect_id="s/charge", idempotency_key="k")
        command = Command("do", context, None, None, None, math.inf)
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", refuse)
            executor.run(command, Answered(answered))
        executor.run(command, Answered(answered))
        await asyncio.wait_for(executor.when_idle(), 5)
        return answered

    assert asyncio.run(run()) == [ErrorOutcome(2, "can't start new thread"), DONE]


class Answered:
    def __init__(self, answers: list[Outcome]) -> None:
        self._answers = answers

    def answer(self, outcome: Outcome) -> None:
        self._answers.append(outcome)
