"""Payloads: JSON objects, as Struct messages on the way to the orchestrator."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from google.protobuf.struct_pb2 import Struct, Value

from backstitch.errors import Fault, refused

JsonObject = dict[str, Any]
"""A JSON object as it comes: whole numbers are ints, others floats."""
Payload = Mapping[str, Any]
"""A JSON object as it is given: None, booleans, numbers, strings, lists, tuples and mappings of these."""

MAX_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader reads as it was written; larger ones may be rounded."""
MAX_DEPTH = 32
"""How deep objects and lists may nest, as the orchestrator has it."""


def to_struct(payload: Payload, field: str) -> Struct:
    """The message of a payload. Raises a BackstitchError that names what JSON cannot carry; ``field`` is its path."""
    struct = Struct()
    struct.update(to_json_object(payload, field))
    return struct


def to_json_object(payload: Payload, field: str, max_depth: int = MAX_DEPTH) -> JsonObject:
    """A copy of a payload in JSON's own types. Raises a BackstitchError that has all its faults."""
    if not isinstance(payload, Mapping):
        raise refused([Fault(field, "not_object", "must be a JSON object")])
    faults: list[Fault] = []
    copied: JsonObject = _copy(payload, field, max_depth, faults)
    if faults:
        raise refused(faults)
    return copied


def from_struct(struct: Struct) -> JsonObject:
    """A payload as plain objects."""
    return {key: _from_value(value) for key, value in struct.fields.items()}


def _copy(value: Any, field: str, depth: int, faults: list[Fault]) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
            faults.append(Fault(field, "not_json", "has half of a surrogate pair"))
        return str(value)
    if isinstance(value, int | float):
        return _number(value, field, faults)
    if not isinstance(value, Mapping | list | tuple):
        faults.append(Fault(field, "not_json", f"is of the type {type(value).__name__}, which JSON does not have"))
        return None
    if depth == 0:
        faults.append(Fault(field, "max_depth", "is nested too deep"))
        return None
    if not isinstance(value, Mapping):
        return [_copy(item, f"{field}[{index}]", depth - 1, faults) for index, item in enumerate(value)]
    copied = {}
    for key, item in value.items():
        if not isinstance(key, str):
            faults.append(Fault(field, "not_json", "has a key that is not a string"))
            continue
        inside = _inside(field, key)
        _copy(key, inside, depth, faults)
        copied[str(key)] = _copy(item, inside, depth - 1, faults)
    return copied


def _number(value: int | float, field: str, faults: list[Fault]) -> int | float:
    if isinstance(value, float) and not math.isfinite(value):
        faults.append(Fault(field, "not_json", "is not a finite number"))
    elif abs(value) > MAX_INTEGER:
        # A float of this size has no fraction: it too is an integer.
        message = "is an integer beyond 2^53 - 1, which would be rounded: give it as a string"
        faults.append(Fault(field, "unsafe_integer", message))
    return float(value) if isinstance(value, float) else int(value)


def _inside(field: str, key: str) -> str:
    return f"{field}.{key}" if re.fullmatch(r"[A-Za-z_]\w*", key, re.ASCII) else f"{field}[{json.dumps(key)}]"


def _from_value(value: Value) -> Any:
    match value.WhichOneof("kind"):
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() and abs(number) <= MAX_INTEGER else number
        case "string_value":
            return value.string_value
        case "bool_value":
            return value.bool_value
        case "struct_value":
            return from_struct(value.struct_value)
        case "list_value":
            return [_from_value(item) for item in value.list_value.values]
        case _:
            return None
