"""What the steps of a definition can say, and how it is written as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from backstitch.duration import Duration, to_proto_json
from backstitch.payload import JsonObject

Mapped = Any
"""A mapping: JSON in which every string is a CEL expression, such as "steps.reserve.output.order_id"."""

OnFailure = Literal["COMPENSATE", "CONTINUE", "SUSPEND", "RETRY"]
"""What happens when a step fails for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """How attempts are repeated: with growing, fully jittered delays, or after the delays of a schedule."""

    max_attempts: int | None = None
    """In all, the first included."""
    initial: Duration | None = None
    """The delay before the second attempt."""
    multiplier: float | None = None
    """What the delay is multiplied by each time."""
    max: Duration | None = None
    """The longest delay."""
    schedule: Sequence[Duration] | None = None
    """In place of ``initial``, ``multiplier`` and ``max``: the delays themselves; the last one repeats."""

    def to_json(self) -> JsonObject:
        """Its ProtoJSON."""
        schedule = (
            None if self.schedule is None else [to_proto_json(delay) for delay in _listed("schedule", self.schedule)]
        )
        return given(
            schedule=schedule,
            maxAttempts=self.max_attempts,
            initial=maybe(self.initial),
            multiplier=self.multiplier,
            max=maybe(self.max),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """How the Undo is called."""

    input: Mapped = None
    """Default: an empty object; the Do's input and output come along anyway."""
    timeout: Duration | None = None
    """The limit of one attempt. Default: that of the Do."""
    retry: Retry | None = None
    """Default: more patient than the Do's."""

    def to_json(self) -> JsonObject:
        """Its ProtoJSON."""
        return given(input=self.input, timeout=maybe(self.timeout), retry=_json_of(self.retry))


@dataclass(frozen=True, slots=True)
class GoBack:
    """Going back in detail."""

    to: str
    """A step that this one depends on."""
    times: int | None = None
    """How often at most; then ``on_failure`` applies. 1 to 100, default 3."""
    codes: Sequence[str] | None = None
    """Only for failures with one of these codes. Default: for every one."""

    def to_json(self) -> JsonObject:
        """Its ProtoJSON."""
        codes = None if self.codes is None else _listed("codes", self.codes)
        return {"to": self.to, **given(times=self.times, codes=codes)}


@dataclass(frozen=True, slots=True)
class Lock:
    """What only one saga at a time may work on."""

    key: str
    """A CEL expression over the saga's input."""
    name: str | None = None
    """Sagas exclude each other where name and key are the same. Default: the definition's name."""
    when_held: Literal["REFUSE", "WAIT"] | None = None
    """Whether a saga whose lock another one holds is refused (default) or waits its turn."""

    def to_json(self) -> JsonObject:
        """Its ProtoJSON."""
        return {"key": self.key, **given(name=self.name, whenHeld=self.when_held and f"WHEN_HELD_{self.when_held}")}


class StepOptions(TypedDict, total=False):
    """What every kind of step can say."""

    after: Sequence[str]
    """The steps to wait for; none: start at once. Default: the step before."""
    when: str
    """A CEL condition; where it is false the step is skipped."""
    on_failure: OnFailure
    """Default: COMPENSATE before the pivot, RETRY after it."""
    go_back: str | GoBack
    """The step to go back to when this one fails for good, before ``on_failure`` applies: what lies between is undone
    in reverse and done anew. At most 3 times, whatever the failure, unless more is said."""


class CallOptions(StepOptions, total=False):
    """What a step that calls a participant can say."""

    input: Mapped
    """Default: the saga's input; in a for_each step the item, where it is an object."""
    timeout: Duration
    """The limit of one attempt."""
    retry: Retry
    """How attempts of the Do are repeated."""
    undo: Literal["none"] | Undo
    """"none" for a step that only reads. Default: the Undo of the same action."""
    completion_timeout: Duration
    """How long a pending answer may wait for its completion; then the attempt has failed. Default: no limit."""
    heartbeat_timeout: Duration
    """The longest pause between heartbeats while an answer is pending; then the attempt has failed. Default: none are
    expected."""


def step_json(options: StepOptions) -> JsonObject:
    """The ProtoJSON of what every kind of step can say."""
    after, on_failure, go_back = options.get("after"), options.get("on_failure"), options.get("go_back")
    return given(
        after=None if after is None else {"steps": _listed("after", after)},
        when=options.get("when"),
        onFailure=on_failure and f"ON_FAILURE_{on_failure}",
        goBack={"to": go_back} if isinstance(go_back, str) else _json_of(go_back),
    )


def call_json(target: str, options: CallOptions) -> JsonObject:
    """The ProtoJSON of a call of "participant.action". Raises a ValueError where the target is not that."""
    participant, dot, action = target.partition(".")
    if "" in (participant, dot, action):
        raise ValueError(f'"{target}" is not "participant.action"')
    undo = options.get("undo")
    if isinstance(undo, str) and undo != "none":
        raise ValueError(f'undo is "none" or an Undo, not "{undo}"')
    return {
        "participant": participant,
        "action": action,
        **given(
            input=options.get("input"),
            timeout=maybe(options.get("timeout")),
            retry=_json_of(options.get("retry")),
            undo={"none": {}} if undo == "none" else None if undo is None else {"with": undo.to_json()},
            completionTimeout=maybe(options.get("completion_timeout")),
            heartbeatTimeout=maybe(options.get("heartbeat_timeout")),
        ),
    }


def maybe(duration: Duration | None) -> str | None:
    """The ProtoJSON of a duration that may be missing."""
    return None if duration is None else to_proto_json(duration)


def given(**fields: Any) -> JsonObject:
    """Leaves out what was not given, so that files stay short."""
    return {name: value for name, value in fields.items() if value is not None}


def _json_of(part: Retry | GoBack | None) -> JsonObject | None:
    return None if part is None else part.to_json()


def _listed(option: str, values: Sequence[Any]) -> list[Any]:
    # A string is a sequence too: of its letters.
    if isinstance(values, str):
        raise TypeError(f'{option} takes a list, not the string "{values}"')
    return list(values)
