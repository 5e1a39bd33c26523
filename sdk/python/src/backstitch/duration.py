"""Lengths of time."""

from __future__ import annotations

import math
import re
from datetime import timedelta

from google.protobuf.duration_pb2 import Duration as DurationMessage

Duration = float | timedelta | str
"""A length of time: seconds, a timedelta, or a number with a unit such as "250ms", "10s", "5m", "2h" or "30d"."""

UNIT_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400}


def to_seconds(duration: Duration) -> float:
    """Reads a duration as seconds. Raises a ValueError if it is negative, endless, or not one."""
    seconds = -1.0
    if isinstance(duration, timedelta):
        seconds = duration.total_seconds()
    elif isinstance(duration, str):
        match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)", duration)
        if match is not None:
            seconds = float(match[1]) * UNIT_SECONDS[match[2]]
    elif isinstance(duration, int | float) and not isinstance(duration, bool):
        seconds = duration
    if not 0 <= seconds < math.inf:
        raise ValueError(
            f"{duration!r} is not a duration: give seconds, a timedelta, or a number with ms, s, m, h or d"
        )
    return seconds


def to_message(seconds: float) -> DurationMessage:
    """A duration as a message, rounded up to the millisecond."""
    return message_of_ms(to_ms(seconds))


def to_ms(seconds: float) -> int:
    """Milliseconds, rounded up."""
    return math.ceil(round(seconds * 1000, 6))


def message_of_ms(milliseconds: int) -> DurationMessage:
    """Milliseconds as a message."""
    whole, rest = divmod(milliseconds, 1000)
    return DurationMessage(seconds=whole, nanos=rest * 1_000_000)


def to_proto_json(duration: Duration) -> str:
    """Writes a duration as ProtoJSON, to the millisecond: ``0.250s``."""
    whole, milliseconds = divmod(round(to_seconds(duration) * 1000), 1000)
    return f"{whole}s" if milliseconds == 0 else f"{whole}.{milliseconds:03}s"
