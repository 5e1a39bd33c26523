"""The definition builder."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict

from backstitch import BackstitchError, GoBack, Lock, Retry, SagaBuilder, Undo, saga
from backstitch.gen.v1.definition_pb2 import SagaDefinition

GOLDEN = Path(__file__).parents[3] / "test" / "conformance" / "definition.json"


def stay() -> SagaBuilder:
    """The definition in which every option appears, as definition.md beside the golden file tells it."""
    return (
        saga(
            "stay",
            description="A stay at a host's place: booked, agreed on, paid and looked back on.",
            deadline="40d",
            labels={"team": "homes", "tier": "1"},
            retention=timedelta(days=7),
            lock=Lock("input.listing_id", name="dates", when_held="WAIT"),
            output={"booking": "steps.book.output.id", "nights": ("steps.nights.output.items",), "guests": 2},
        )
        .call(
            "book",
            "booking.create",
            timeout=2.5,
            retry=Retry(max_attempts=3, initial="200ms", multiplier=1.5, max=5),
            undo=Undo(input={"why": "'cancelled'"}, timeout="5s", retry=Retry(max_attempts=50)),
        )
        .call("quote", "pricing.quote", after=[], undo="none", on_failure="COMPENSATE")
        .for_each(
            "nights",
            "input.nights",
            "calendar.hold",
            after=("book", "quote"),
            input={"night": "item", "place": "index"},
            concurrency=4,
            timeout=4,
            on_failure="SUSPEND",
        )
        .call(
            "authorize",
            "payment.authorize",
            input={"amount": "input.amount"},
            completion_timeout="1h",
            heartbeat_timeout=30,
            retry=Retry(schedule=["0s", 1, "5s", timedelta(seconds=30)], max_attempts=9),
            go_back="nights",
        )
        .await_signal(
            "host",
            "host_answered",
            condition="signal.listing_id == input.listing_id",
            reject="!signal.accepted",
            timeout="1d",
            go_back=GoBack("authorize", times=2, codes=["HOST_BUSY", "SIGNAL_TIMEOUT"]),
        )
        .call("capture", "payment.capture", pivot=True, when="input.amount > 0")
        .sleep("eve", until="timestamp(input.check_in) - duration('24h')", when="input.remind")
        .call("remind", "mail.remind", undo="none", on_failure="CONTINUE")
        .sleep("stayed", "2d")
        .call("pay_out", "payment.pay_out", on_failure="RETRY")
        .saga(
            "review",
            "review",
            version=2,
            input={"booking": "steps.book.output.id"},
            after=["capture", "stayed"],
            on_failure="CONTINUE",
        )
    )


@pytest.mark.feature("definition.builder")
def test_every_option_makes_the_message_that_the_other_languages_make() -> None:
    golden = ParseDict(json.loads(GOLDEN.read_text()), SagaDefinition())
    assert stay().build() == golden
    assert ParseDict(json.loads(json.dumps(stay().to_json())), SagaDefinition()) == golden


def test_what_is_not_said_is_left_out() -> None:
    assert saga("order").call("reserve", "inventory.reserve").to_json() == {
        "name": "order",
        "steps": [{"name": "reserve", "call": {"participant": "inventory", "action": "reserve"}}],
    }


def test_a_builder_is_left_as_it_is_by_its_methods_and_by_its_readers() -> None:
    base = saga("order", labels={"a": "b"}).sleep("rest", 1)
    base.call("x", "a.b")
    base.to_json()["labels"]["a"] = "changed"
    base.to_json()["steps"].clear()
    assert base.to_json() == {
        "name": "order",
        "labels": {"a": "b"},
        "steps": [{"name": "rest", "sleep": {"duration": "1s"}}],
    }


def test_a_mapping_of_the_deepest_kind_is_built_wherever_it_stands() -> None:
    mapping: dict[str, Any] = {"a": "1"}
    for _ in range(30):
        mapping = {"a": mapping}
    built = saga("deep").for_each("x", "[]", "a.b", undo=Undo(input=mapping)).build()
    assert built.steps[0].for_each.call.undo.HasField("with")


@pytest.mark.parametrize("target", ["reserve", ".reserve", "inventory.", "", "."])
def test_a_target_is_participant_and_action(target: str) -> None:
    with pytest.raises(ValueError, match="participant.action"):
        saga("order").call("reserve", target)
    with pytest.raises(ValueError, match="participant.action"):
        saga("order").for_each("reserve", "[]", target)


def test_the_dot_of_a_target_is_its_first() -> None:
    assert saga("order").call("x", "a.b.c").build().steps[0].call.action == "b.c"


def test_what_the_builder_can_see_to_be_wrong_is_refused_at_once() -> None:
    builder: Any = saga("order")
    with pytest.raises(TypeError, match="no option 'time_out'; it has .*timeout"):
        builder.call("x", "a.b", time_out=1)
    with pytest.raises(TypeError, match="no option 'input'"):
        builder.sleep("x", 1, input={})
    with pytest.raises(TypeError, match="either a duration or until"):
        builder.sleep("x")
    with pytest.raises(TypeError, match="either a duration or until"):
        builder.sleep("x", 1, until="now")
    with pytest.raises(TypeError, match="after takes a list"):
        builder.sleep("x", 1, after="capture")
    with pytest.raises(TypeError, match="codes takes a list"):
        builder.sleep("x", 1, go_back=GoBack("y", codes="BUSY"))
    with pytest.raises(TypeError, match="schedule takes a list"):
        builder.call("x", "a.b", retry=Retry(schedule="5s"))
    with pytest.raises(ValueError, match="undo is"):
        builder.call("x", "a.b", undo="never")
    with pytest.raises(ValueError, match="is not a duration"):
        builder.call("x", "a.b", timeout="soon")


@pytest.mark.parametrize(
    ("value", "rule"), [(2**53, "unsafe_integer"), (float("nan"), "not_json"), (object(), "not_json")]
)
def test_what_json_cannot_carry_is_refused_with_its_place(value: Any, rule: str) -> None:
    builder = saga("order").sleep("rest", 1).call("x", "a.b", input={"n": [value]})
    for run in (builder.build, builder.to_json):
        with pytest.raises(BackstitchError) as caught:
            run()
        assert [(fault.field, fault.rule) for fault in caught.value.faults] == [
            ("definition.steps[1].call.input.n[0]", rule)
        ]


@pytest.mark.parametrize("options", [{"on_failure": "EXPLODE"}, {"when": 1}, {"go_back": GoBack("y", times=-1)}])
def test_what_the_message_cannot_hold_is_refused_when_it_is_built(options: Any) -> None:
    with pytest.raises(BackstitchError, match="definition: "):
        saga("order").sleep("x", 1, **options).build()
