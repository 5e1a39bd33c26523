"""The builder of definitions: ``saga("order").call("reserve", "inventory.reserve").build()``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Unpack

from google.protobuf.json_format import ParseDict, ParseError

from backstitch.definition_options import (
    CallOptions,
    Lock,
    Mapped,
    StepOptions,
    call_json,
    given,
    maybe,
    step_json,
)
from backstitch.duration import Duration
from backstitch.errors import Fault, refused
from backstitch.gen.v1.definition_pb2 import SagaDefinition
from backstitch.payload import MAX_DEPTH, JsonObject, to_json_object

AROUND_A_MAPPING = 8
"""How deep in the JSON of a definition a mapping may stand, at most."""


def saga(
    name: str,
    *,
    description: str | None = None,
    deadline: Duration | None = None,
    labels: Mapping[str, str] | None = None,
    retention: Duration | None = None,
    lock: str | Lock | None = None,
    output: Mapped = None,
) -> SagaBuilder:
    """Begins a definition.

    :param description: what this saga does, for people
    :param deadline: how long a saga may take before it is compensated; default: no limit
    :param labels: what every saga of this definition carries
    :param retention: how long a finished saga is kept; default: the server's retention
    :param lock: what only one saga at a time may work on: a CEL expression over the saga's input, or that in detail
    :param output: what a completed saga gives, a mapping over the input and all steps; default: an empty object
    """
    head = {
        "name": name,
        **given(description=description, labels=labels, deadline=maybe(deadline), retention=maybe(retention)),
        **given(lock={"key": lock} if isinstance(lock, str) else lock and lock.to_json(), output=output),
    }
    return SagaBuilder(head, ())


@dataclass(frozen=True, slots=True, repr=False)
class SagaBuilder:
    """Collects steps; made by ``saga``. Each method gives a new builder with one step more; this one stays as it is.

    The rules of a definition are checked by the server: see ``client.validate``.
    """

    _head: JsonObject
    _steps: tuple[JsonObject, ...]

    def call(self, name: str, target: str, *, pivot: bool | None = None, **options: Unpack[CallOptions]) -> SagaBuilder:
        """Adds a call of a participant.

        :param target: "participant.action"; a ValueError if it is not
        :param pivot: marks the point of no return
        :param options: see ``CallOptions``
        """
        call = call_json(target, _checked(CallOptions, options))
        return self._with({"name": name, "call": call, **step_json(options), **given(pivot=pivot)})

    def for_each(
        self, name: str, items: str, target: str, *, concurrency: int | None = None, **options: Unpack[CallOptions]
    ) -> SagaBuilder:
        """Adds a call for each item of a list; every item has a Do and an Undo of its own.

        :param items: a CEL expression that gives the list
        :param target: "participant.action"; a ValueError if it is not
        :param concurrency: how many items are worked on at the same time, 1 to 100; default: 1
        :param options: see ``CallOptions``; their expressions also read ``item`` and ``index``
        """
        call = call_json(target, _checked(CallOptions, options))
        for_each = {"items": items, "call": call, **given(concurrency=concurrency)}
        return self._with({"name": name, "forEach": for_each, **step_json(options)})

    def sleep(
        self,
        name: str,
        duration: Duration | None = None,
        *,
        until: str | None = None,
        **options: Unpack[StepOptions],
    ) -> SagaBuilder:
        """Adds a wait for a time.

        :param duration: for this long
        :param until: in place of the duration: until the timestamp that a CEL expression gives
        :param options: see ``StepOptions``
        """
        if (duration is None) == (until is None):
            raise TypeError("sleep() needs either a duration or until")
        sleep = given(duration=maybe(duration), timestamp=until)
        return self._with({"name": name, "sleep": sleep, **step_json(_checked(StepOptions, options))})

    def await_signal(
        self,
        name: str,
        signal: str,
        *,
        condition: str | None = None,
        reject: str | None = None,
        timeout: Duration | None = None,
        **options: Unpack[StepOptions],
    ) -> SagaBuilder:
        """Adds a wait for a signal.

        :param condition: a CEL condition over ``signal``, the payload; signals that do not meet it are left for others
        :param reject: a CEL condition over ``signal``: where the signal that was taken meets it, the step is rejected
        :param timeout: how long to wait; then the step has failed with SIGNAL_TIMEOUT. Default: as long as it takes
        :param options: see ``StepOptions``
        """
        wait = {"signal": signal, **given(condition=condition, reject=reject, timeout=maybe(timeout))}
        return self._with({"name": name, "await": wait, **step_json(_checked(StepOptions, options))})

    def saga(
        self,
        name: str,
        definition: str,
        *,
        version: int | None = None,
        input: Mapped = None,
        **options: Unpack[StepOptions],
    ) -> SagaBuilder:
        """Adds a step that runs another saga and waits for it. It is undone by compensating that saga.

        :param version: default: the latest at the moment the step starts
        :param input: default: the saga's input
        :param options: see ``StepOptions``
        """
        child = {"definition": definition, **given(version=version, input=input)}
        return self._with({"name": name, "saga": child, **step_json(_checked(StepOptions, options))})

    def to_json(self) -> JsonObject:
        """The definition as ProtoJSON, ready for a JSON or YAML file. Raises a BackstitchError for what is not JSON."""
        whole = {**self._head, "steps": self._steps}
        return to_json_object(whole, "definition", MAX_DEPTH + AROUND_A_MAPPING)

    def build(self) -> SagaDefinition:
        """The definition as a message. Raises a BackstitchError for what it cannot hold."""
        try:
            return ParseDict(self.to_json(), SagaDefinition(), max_recursion_depth=2 * (MAX_DEPTH + AROUND_A_MAPPING))
        except ParseError as error:
            raise refused([Fault("definition", "wrong_type", str(error))]) from error

    def _with(self, step: JsonObject) -> SagaBuilder:
        return SagaBuilder(self._head, (*self._steps, step))


def _checked(kind: type[Any], options: Any) -> Any:
    """Options of a step, none of them misspelt."""
    for name in options:
        if name not in kind.__optional_keys__:
            raise TypeError(f"a step has no option {name!r}; it has {', '.join(sorted(kind.__optional_keys__))}")
    return options
