"""What a conformance case tells the actions ``effect`` and ``bare`` to do."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import inf
from typing import Any, Literal, TypedDict
from uuid import uuid4

from backstitch import DoContext, Pending, Rejected, RetryAfter


class Told(TypedDict, total=False):
    """The input of a Do. An Undo reads it from the input of its Do."""

    do: str
    """How the Do behaves; default: "done"."""
    undo: str
    """How the Undo behaves; default: "done"."""
    attempts: int
    """Only so many first attempts behave so, later ones are done. Default: all do."""
    ms: int
    """How long ``slow`` and ``block`` take, in milliseconds. Default 300."""


class Panic(BaseException):
    """The worst that a handler can do here: what it raises is no Exception."""


def behave(told: Told, direction: Literal["do", "undo"], context: DoContext, on_aborted: Callable[[], None]) -> Any:
    """Behaves as told; gives the output of a Do. ``on_aborted`` is called where ``hang`` sees that it is given up."""
    behaviour = told.get(direction, "done") if context.attempt <= told.get("attempts", inf) else "done"
    match behaviour:
        case "reject":
            raise Rejected("CONFORMANCE_REFUSED", "refused as told", {"why": "told", "text": "ä\0\n"})
        case "pending":
            raise Pending
        case "retry_after":
            raise RetryAfter(1.5, "later")
        case "fail":
            raise RuntimeError("failed as told")
        case "panic":
            raise Panic("panicked as told")
        case "slow" | "block":
            # On its own thread a handler that waits is one that blocks.
            time.sleep(told.get("ms", 300) / 1000)
        case "hang":
            context.wait_cancelled()
            on_aborted()
            raise RuntimeError("gave up waiting, as told")
    return None if direction == "undo" else _output_of(behaviour, context)


def _output_of(behaviour: str, context: DoContext) -> Any:
    match behaviour:
        case "nothing":
            return None
        case "array":
            return [1]
        case "unencodable":
            return {"x": object()}
        case "nan":
            return {"x": float("nan")}
        case "oversize":
            return {"x": "x" * 300_000}
        case "big_integer":
            return {"x": 9007199254740993}
        case "large":
            return {"x": "x" * 200_000}
        case "text":
            return {"text": "ä\0\n\u2028😀"}
        case _:
            return {"id": str(uuid4()), "effect_id": context.effect_id, "attempt": context.attempt}
