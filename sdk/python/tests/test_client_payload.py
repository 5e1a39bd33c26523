"""Payloads and durations, on their way to the orchestrator and back."""

from __future__ import annotations

import enum
import sys
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

import pytest
from google.protobuf.duration_pb2 import Duration

from backstitch import BackstitchError
from backstitch.duration import to_message, to_proto_json, to_seconds
from backstitch.payload import MAX_INTEGER, from_struct, to_struct


class Size(enum.IntEnum):
    LARGE = 3


class Colour(enum.StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({}, {}),
        ({"n": 0, "m": -7, "most": MAX_INTEGER, "least": -MAX_INTEGER}, None),
        ({"half": 0.5, "tiny": 5e-324, "no": False, "yes": True, "none": None}, None),
        ({"text": "ä\u0000\n\u2028😀", "": "no name", "a b": {"ü": []}}, None),
        ({"tuple": (1, (2,)), "list": [[], {}]}, {"tuple": [1, [2]], "list": [[], {}]}),
        ({"whole": 2.0, "minus": -0.0}, {"whole": 2, "minus": 0}),
        (MappingProxyType({"x": MappingProxyType({"y": 1})}), {"x": {"y": 1}}),
        ({"size": Size.LARGE, Colour.RED: Colour.RED}, {"size": 3, "red": "red"}),
    ],
)
def test_a_payload_comes_back_as_it_was_with_whole_numbers_as_ints(given: Any, read: Any) -> None:
    back = from_struct(to_struct(given, "input"))
    expected = given if read is None else read
    assert back == expected
    assert repr(back) == repr(dict(sorted(expected.items(), key=lambda item: list(back).index(item[0]))))


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (2**53, "unsafe_integer"),
        (-(2**53), "unsafe_integer"),
        (9007199254740993, "unsafe_integer"),
        (1e300, "unsafe_integer"),
        (10**400, "unsafe_integer"),
        (float("nan"), "not_json"),
        (float("inf"), "not_json"),
        (float("-inf"), "not_json"),
        (object(), "not_json"),
        (b"bytes", "not_json"),
        ({1, 2}, "not_json"),
        (date(2026, 1, 1), "not_json"),
        ("\ud800", "not_json"),
        ({1: "x"}, "not_json"),
    ],
)
def test_what_json_cannot_carry_is_refused_with_its_field(value: Any, rule: str) -> None:
    with pytest.raises(BackstitchError) as caught:
        to_struct({"a": [0, {"b": value}]}, "input")
    assert (caught.value.code, caught.value.status) == ("INVALID_REQUEST", "INVALID_ARGUMENT")
    assert [(fault.field, fault.rule) for fault in caught.value.faults] == [("input.a[1].b", rule)]
    assert str(caught.value).startswith("INVALID_REQUEST: input.a[1].b: ")


def test_all_the_faults_of_a_payload_are_told_at_once() -> None:
    with pytest.raises(BackstitchError) as caught:
        to_struct({"x": float("nan"), "odd key": [2**60], "\udfff": 1}, "payload")
    fields = [fault.field for fault in caught.value.faults]
    assert fields == ["payload.x", 'payload["odd key"][0]', 'payload["\\udfff"]']


@pytest.mark.parametrize("payload", [[], "text", 1, object()])
def test_a_payload_is_an_object(payload: Any) -> None:
    with pytest.raises(BackstitchError, match="input: must be a JSON object"):
        to_struct(payload, "input")


def test_a_payload_that_nests_too_deep_or_holds_itself_is_refused() -> None:
    payload: dict[str, Any] = {}
    for _ in range(31):
        payload = {"a": payload}
    assert to_struct(payload, "input").SerializeToString()
    with pytest.raises(BackstitchError, match="nested too deep"):
        to_struct({"a": payload}, "input")
    payload["self"] = payload
    with pytest.raises(BackstitchError, match="nested too deep"):
        to_struct(payload, "input")


@pytest.mark.parametrize(
    ("duration", "seconds", "written"),
    [
        (0, 0, "0s"),
        (1, 1, "1s"),
        (0.25, 0.25, "0.250s"),
        ("250ms", 0.25, "0.250s"),
        ("1.5s", 1.5, "1.500s"),
        ("10s", 10, "10s"),
        ("5m", 300, "300s"),
        ("2h", 7200, "7200s"),
        ("30d", 2_592_000, "2592000s"),
        (timedelta(days=1, milliseconds=3), 86_400.003, "86400.003s"),
        (1.0004, 1.0004, "1s"),
    ],
)
def test_a_duration_is_seconds_a_timedelta_or_a_number_with_a_unit(duration: Any, seconds: float, written: str) -> None:
    assert to_seconds(duration) == pytest.approx(seconds)
    assert to_proto_json(duration) == written


@pytest.mark.parametrize(
    "duration",
    ["", "10", "1s\n", "-1s", "s", "1w", "١s", -1, float("nan"), float("inf"), True, None, [], timedelta(-1)],
)
def test_what_is_no_duration_is_refused(duration: Any) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        to_seconds(duration)


def test_a_duration_is_sent_to_the_millisecond_rounded_up() -> None:
    assert to_message(1.1) == Duration(seconds=1, nanos=100_000_000)
    assert to_message(0.0001) == Duration(nanos=1_000_000)
    assert to_message(0.9999) == Duration(seconds=1)
    assert to_message(0) == Duration()
    assert to_message(sys.maxsize // 10**9).nanos == 0
