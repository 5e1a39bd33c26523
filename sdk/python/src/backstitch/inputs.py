"""Gives handlers their input in the type that they declare, and as many arguments as they take."""

from __future__ import annotations

import dataclasses
import inspect
import sys
import types
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from backstitch.answers import Status, StatusError

AnyHandler = Callable[..., object]


def is_async(handler: AnyHandler) -> bool:
    """Whether a handler is to run on the event loop."""
    # A callable object has its coroutine function in its class.
    return inspect.iscoroutinefunction(handler) or inspect.iscoroutinefunction(type(handler).__call__)


def adapt(handler: AnyHandler, input_at: int) -> AnyHandler:
    """The handler as one that takes all arguments: the input at position ``input_at``, and after it the context.

    The context may be left out. If the input is annotated with a dataclass, it becomes one.
    Raises a TypeError for what takes more arguments than there are, or less than the input.
    """
    if not callable(handler):
        raise TypeError(f"a handler is a function, not {handler!r}")
    parameters = inspect.signature(handler).parameters.values()
    taken = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    at_most = len(taken) if all(p.kind != p.VAR_POSITIONAL for p in parameters) else input_at + 2
    at_least = sum(p.default is p.empty for p in taken)
    if at_most <= input_at or at_least > input_at + 2:
        given = "(input, context)" if input_at == 0 else "(tx, input, context)"
        raise TypeError(f"the handler {handler!r} does not take {given}; the context may be left out")
    count = min(at_most, input_at + 2)
    declared = _declared_type(handler, taken[input_at]) if len(taken) > input_at else None

    def arguments(given: tuple[Any, ...]) -> tuple[Any, ...]:
        before, payload, after = given[:input_at], given[input_at], given[input_at + 1 : count]
        return (*before, read_as(declared, payload, "the input"), *after)

    if is_async(handler):

        async def adapted_async(*given: Any) -> object:
            return await handler(*arguments(given))  # type: ignore[misc]

        return adapted_async

    def adapted(*given: Any) -> object:
        return handler(*arguments(given))

    return adapted


def read_as(declared: Any, value: Any, path: str) -> Any:
    """Makes dataclasses of objects where that is declared, also in lists and ``| None``; leaves all else as it is.

    Looks at names, not at types. Raises a StatusError (INVALID_ARGUMENT) for a missing field without default.
    """
    if isinstance(declared, type) and dataclasses.is_dataclass(declared):
        return _read_dataclass(declared, value, path)
    origin = get_origin(declared)
    if origin in (list, Sequence) and isinstance(value, list):
        (item,) = get_args(declared)
        return [read_as(item, element, f"{path}[{index}]") for index, element in enumerate(value)]
    if origin in (Union, types.UnionType) and value is not None:
        kinds = [kind for kind in get_args(declared) if kind is not types.NoneType]
        return read_as(kinds[0], value, path) if len(kinds) == 1 else value
    return value


def _read_dataclass(declared: type, value: Any, path: str) -> Any:
    if not isinstance(value, dict):
        raise StatusError(Status.INVALID_ARGUMENT, f"{path} is not an object")
    found: dict[str, Any] = {}
    for field in dataclasses.fields(declared):
        if field.init and field.name in value:
            found[field.name] = read_as(_hints(declared)[field.name], value[field.name], f"{path}.{field.name}")
        elif field.init and field.default is field.default_factory is dataclasses.MISSING:
            raise StatusError(Status.INVALID_ARGUMENT, f'{path} has no "{field.name}"')
    return declared(**found)


@cache
def _hints(declared: type) -> dict[str, Any]:
    names: dict[str, Any] = {}
    for owner in reversed(declared.__mro__):
        names |= vars(sys.modules.get(owner.__module__, types))
    return {field.name: _evaluated(field.type, names) for field in dataclasses.fields(declared)}


def _declared_type(handler: AnyHandler, parameter: inspect.Parameter) -> Any:
    function = inspect.unwrap(getattr(handler, "func", handler))
    # A callable object has its function in its class.
    names = getattr(function, "__globals__", None) or getattr(type(function).__call__, "__globals__", {})
    return _evaluated(parameter.annotation, names)


def _evaluated(annotation: Any, names: dict[str, Any]) -> Any:
    if not isinstance(annotation, str):
        return annotation
    try:
        return get_type_hints(types.SimpleNamespace(__annotations__={"it": annotation}), names)["it"]
    except NameError:
        # Known to type checkers only, so it is not there to be made.
        return None
