"""The switchboard of faults: everything that can go wrong between a participant and its orchestrator.

It wraps finished actions from outside the barrier, so that business code knows nothing of it. Faults come from
``--faults`` for every call, and from a saga's metadata for that saga alone:

    {"create_label": {"hang": 9}, "charge.undo": {"fail": 3}, "charge": {"slow_answer_ms": 1500}}

A key is an action, meant in its Do, or ``<action>.undo``. What comes as a number of attempts hits the first so many
attempts of a call; counting by the attempt's number, it means the same after the participant was killed. The switches:

    fail            so many attempts fail before anything is done
    fail_until      until this time of the shop's clock (RFC 3339) every attempt fails before anything is done
    reject          the call is refused with this code before anything is done
    delay_ms        waits so many milliseconds before it begins, even past the deadline
    hang            so many attempts commit their work and then never answer
    die             in so many attempts the process kills itself between commit and answer
    slow_answer_ms  commits, then waits so many milliseconds with the answer
    twice           carries out the call a second time after the first, and gives the second answer
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from backstitch import Action, DoContext, Rejected

from shop.clock import now

Fault = Mapping[str, Any]
Faults = Mapping[str, Fault]
C = TypeVar("C", bound=DoContext)

FAULTS_KEY = "shop-faults"
"""The metadata key under which a saga brings faults of its own, as JSON."""
NOTICED_SECONDS = 0.1
"""Longer than an orchestrator may take to notice that a deadline has passed."""


def parse_faults(text: str) -> Faults:
    """Reads faults from JSON; raises a ValueError for what is not an object."""
    value = json.loads(text) if text else {}
    if not isinstance(value, dict):
        raise ValueError("faults are a JSON object")
    return value


def with_faults(actions: Mapping[str, Action], always: Faults) -> dict[str, Action]:
    """Wraps each action so that it suffers the faults named for it."""

    def wrap(name: str, action: Action) -> Action:
        do = _suffering(name, action.do, always)
        return Action(do, None if action.undo is None else _suffering(f"{name}.undo", action.undo, always))

    return {name: wrap(name, action) for name, action in actions.items()}


def _suffering(key: str, handler: Callable[[Any, C], object], always: Faults) -> Callable[[Any, C], object]:
    def suffer(input: Any, context: C) -> object:
        fault = {**always.get(key, {}), **parse_faults(context.metadata.get(FAULTS_KEY, "")).get(key, {})}
        return _suffer(fault, context, lambda: handler(input, context)) if fault else handler(input, context)

    return suffer


def _suffer(fault: Fault, context: DoContext, work: Callable[[], object]) -> object:
    def hits(switch: str) -> bool:
        return context.attempt <= int(fault.get(switch, 0))

    if "delay_ms" in fault:
        time.sleep(fault["delay_ms"] / 1000)
    if "reject" in fault:
        raise Rejected(fault["reject"], "refused by a fault switch")
    if hits("fail"):
        raise RuntimeError("failed by a fault switch")
    if "fail_until" in fault and now() < datetime.fromisoformat(fault["fail_until"]):
        raise RuntimeError("down by a fault switch")
    result = work()
    if fault.get("twice"):
        result = work()
    if hits("die"):
        os.kill(os.getpid(), signal.SIGKILL)
    if "slow_answer_ms" in fault:
        time.sleep(fault["slow_answer_ms"] / 1000)
    if hits("hang"):
        context.wait_cancelled()
        time.sleep(NOTICED_SECONDS)
        raise RuntimeError("the answer was held back by a fault switch")
    return result
