"""Runs commands, whichever way they came. Rules:

R1 a call past its deadline never reaches its handler;
R2 a command whose idempotency key is running already joins that call: one run, one answer for all who wait;
R3 a call is aborted when nobody waits for it any more or its deadline passes; a later attempt waits until it has
   ended, since a second run beside it could apply the effect twice, takes its answer if there is one, and else
   runs anew; but it does not wait for ever: a handler that hangs would otherwise hold every later attempt;
R4 async handlers run on the event loop, plain ones on threads; all else happens on the loop, so nothing is locked.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Protocol

from backstitch.answers import (
    ErrorOutcome,
    Outcome,
    RetryAfter,
    Status,
    StatusError,
    outcome_of_raise,
    outcome_of_return,
)
from backstitch.context import Command, DoContext, UndoContext, read_payload
from backstitch.inputs import is_async
from backstitch.participant import Action
from backstitch.running import RunningCall, Waiter
from backstitch.threads import Threads

Handler = Callable[[Any, Any], object]


class Call(Protocol):
    """A call that a waiter may leave."""

    def leave(self, waiter: Waiter) -> None: ...


class Executor:
    """Runs the commands of one server. Made and used on its event loop."""

    def __init__(self, actions: Mapping[str, Action], threads: int, logger: logging.Logger) -> None:
        self._actions = actions
        self._known = ", ".join(sorted(actions))
        handlers = [handler for action in actions.values() for handler in (action.do, action.undo)]
        self._async = {handler for handler in handlers if handler is not None and is_async(handler)}
        self._logger = logger
        self._loop = asyncio.get_running_loop()
        self._threads = Threads(threads)
        self._by_key: dict[str, RunningCall] = {}
        # The loop itself knows its tasks only weakly.
        self._tasks: set[asyncio.Task[None]] = set()
        self._in_flight = 0
        self._idle = asyncio.Event()
        self._idle.set()
        # Results of threads are handed over together: waking the loop costs more than most of them.
        self._handed_over: deque[Callable[[], None]] = deque()
        self._woken = False

    def run(self, command: Command, waiter: Waiter) -> Call | None:
        """Answers the waiter when the command is over. Gives the call that runs it; None: it was refused at once."""
        context = command.context
        if time.time() >= command.deadline:
            return _refuse(waiter, Status.DEADLINE_EXCEEDED, "the deadline has passed")
        action = self._actions.get(context.action)
        handler: Handler | None = None if action is None else action.do if command.direction == "do" else action.undo
        if handler is None:
            problem = "no such action" if action is None else "this action has no undo"
            message = f'{problem}: "{context.action}"; served here: {self._known}'
            return _refuse(waiter, Status.UNIMPLEMENTED, message)
        if context.idempotency_key == "":
            return _refuse(waiter, Status.INVALID_ARGUMENT, "the command has no idempotency key")
        before = self._by_key.get(context.idempotency_key)
        if before is not None and time.time() >= before.holds_until:
            before = None
        if before is not None and not before.cancellation.is_set():
            before.join(waiter, command.deadline)
            return before
        call = RunningCall(command, waiter, None if before is None else before.holder)
        self._begin(call)
        if before is None:
            self._start(call, handler)
        else:
            before.holder.on_end(lambda outcome: self._follow(call, outcome, handler))
        return call

    async def when_idle(self) -> None:
        """Waits until no call is in flight."""
        await self._idle.wait()

    def abort_all(self) -> None:
        """Tells every handler that nobody wants its answer any more."""
        for call in self._by_key.values():
            call.cancellation.abort()

    def close(self) -> None:
        """Lets go of the threads once they have nothing to do."""
        self._threads.close()

    def _begin(self, call: RunningCall) -> None:
        self._in_flight += 1
        self._idle.clear()
        self._by_key[call.command.context.idempotency_key] = call

    def _end(self, call: RunningCall, outcome: Outcome) -> None:
        self._in_flight -= 1
        key = call.command.context.idempotency_key
        if self._by_key.get(key) is call:
            del self._by_key[key]
        call.settle(outcome)
        if self._in_flight == 0:
            self._idle.set()

    def _start(self, call: RunningCall, handler: Handler) -> None:
        call.holder = call
        command = call.command
        make_context = DoContext if command.direction == "do" else UndoContext
        context = make_context(command, call.cancellation)
        try:
            payload = read_payload(command.input)
            if handler in self._async:
                self._spawn(self._await(call, lambda: handler(payload, context)))
            else:
                self._threads.run(lambda: self._run_in_thread(call, lambda: handler(payload, context)))
        except Exception as error:
            # The input is no object, or there is no thread to be had.
            self._fail(call, error)

    def _spawn(self, work: Any) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _await(self, call: RunningCall, run: Callable[[], Any]) -> None:
        try:
            value = await run()
        except BaseException as error:
            self._fail(call, error)
            # The process is to end, and not by way of this handler.
            if isinstance(error, KeyboardInterrupt) or _is_cancelled(asyncio.current_task()):
                raise
        else:
            self._succeed(call, value)

    def _run_in_thread(self, call: RunningCall, run: Callable[[], object]) -> None:
        if call.cancellation.is_set():
            late = ErrorOutcome(Status.DEADLINE_EXCEEDED, "the deadline passed while waiting for a thread")
            self._hand_over(lambda: self._end(call, late))
            return
        try:
            value = run()
        except BaseException as error:
            # `error` is unbound at the end of this block.
            failure = error
            self._hand_over(lambda: self._fail(call, failure))
        else:
            self._hand_over(lambda: self._take(call, value))

    def _hand_over(self, end: Callable[[], None]) -> None:
        self._handed_over.append(end)
        if not self._woken:
            self._woken = True
            # A loop that is closed has nobody left to answer.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._take_over)

    def _take_over(self) -> None:
        # First, so that what is handed over from here on wakes the loop again.
        self._woken = False
        while self._handed_over:
            self._handed_over.popleft()()

    def _take(self, call: RunningCall, value: object) -> None:
        if inspect.isawaitable(value):
            awaitable: Awaitable[object] = value
            self._spawn(self._await(call, lambda: awaitable))
        else:
            self._succeed(call, value)

    def _follow(self, call: RunningCall, outcome: Outcome, handler: Handler) -> None:
        """The aborted call that ``call`` waited for has ended. No technical failure, such as an abort, is an answer."""
        if isinstance(outcome, ErrorOutcome) and not call.cancellation.is_set():
            self._start(call, handler)
        else:
            self._end(call, outcome)

    def _fail(self, call: RunningCall, error: BaseException) -> None:
        outcome = outcome_of_raise(error)
        self._end(call, outcome)
        if isinstance(outcome, ErrorOutcome) and not isinstance(error, RetryAfter):
            self._report(call.command, error)

    def _succeed(self, call: RunningCall, value: object) -> None:
        outcome = outcome_of_return(value, call.command.direction)
        self._end(call, outcome)
        if isinstance(outcome, ErrorOutcome) and not isinstance(value, RetryAfter):
            self._report(call.command, StatusError(outcome.status, outcome.message))

    def _report(self, command: Command, error: BaseException) -> None:
        context = command.context
        fields = {
            "namespace": context.namespace,
            "saga_id": context.saga_id,
            "step": context.step,
            "action": context.action,
            "direction": command.direction,
            "attempt": context.attempt,
        }
        message = "a handler failed: the %(direction)s of %(action)s, for the step %(step)s of the saga %(saga_id)s"
        # By itself: a logger that raises ends nothing else.
        self._loop.call_soon(partial(self._logger.error, message, fields, extra=fields, exc_info=error))


def _refuse(waiter: Waiter, status: int, message: str) -> Call | None:
    waiter.answer(ErrorOutcome(status, message))
    return None


def _is_cancelled(task: asyncio.Task[Any] | None) -> bool:
    return task is not None and task.cancelling() > 0
