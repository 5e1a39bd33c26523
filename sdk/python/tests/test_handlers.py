"""What handlers may look like, and what is made of their input and their answers."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from commands import new_context

from backstitch import Action, Participant, Rejected, RetryAfter
from backstitch.answers import ErrorOutcome, RejectedOutcome, StatusError, clip, encode_output, outcome_of_raise
from backstitch.barrier_rules import BarrierRow, to_json
from backstitch.inputs import adapt, is_async, read_as


@dataclass
class Item:
    sku: str
    qty: int = 1


@dataclass
class Order:
    items: list[Item]
    gift: Item | None = None
    others: Sequence[Item] = ()
    note: dict[str, str] = field(default_factory=dict)
    total: int = field(init=False, default=0)


class Service:
    def method(self, order: Order) -> Any:
        return order

    def __call__(self, order: Order, _context: Any) -> Any:
        return order


def keep(extra: str, order: Order) -> Any:
    return order


async def on_the_loop(order: Order) -> Any:
    return order


class AsyncService:
    async def __call__(self, order: Order) -> Any:
        return order


ORDER = {"items": [{"sku": "a", "qty": 2, "colour": "red"}], "gift": {"sku": "b"}, "others": [{"sku": "c"}]}
READ = Order([Item("a", 2)], Item("b"), [Item("c")])


@pytest.mark.parametrize("handler", [Service().method, Service(), functools.partial(keep, "x"), lambda order: order])
def test_a_handler_is_anything_that_can_be_called(handler: Any) -> None:
    given = Action(handler).do(dict(ORDER), new_context())
    assert given == (ORDER if "lambda" in repr(handler) else READ)


@pytest.mark.parametrize("handler", [on_the_loop, AsyncService(), functools.partial(on_the_loop)])
def test_an_async_handler_stays_one(handler: Any) -> None:
    assert is_async(Action(handler).do)
    assert not is_async(Action(lambda order: order).do)


@pytest.mark.parametrize(
    "handler", [lambda: None, lambda tx, input, context, more: None, lambda *, input: None, "charge"]
)
def test_what_cannot_take_the_arguments_is_refused_at_once(handler: Any) -> None:
    with pytest.raises(TypeError):
        adapt(handler, input_at=1)


def test_a_type_that_only_type_checkers_know_leaves_the_input_as_it_is() -> None:
    def do(input: Unknown) -> Any:  # type: ignore[name-defined]  # noqa: F821
        return input

    assert Action(do).do({"a": 1}, new_context()) == {"a": 1}


@dataclass
class Parcel:
    item: Item
    carrier: Unknown  # type: ignore[name-defined]  # noqa: F821


def test_a_field_of_a_type_that_only_type_checkers_know_is_left_as_it_is_and_the_others_are_read() -> None:
    assert read_as(Parcel, {"item": {"sku": "a"}, "carrier": {"name": "b"}}, "the input") == Parcel(
        Item("a"), {"name": "b"}
    )


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        ({}, 'the input has no "items"'),
        ({"items": [{"sku": "a"}, {}]}, 'the input.items[1] has no "sku"'),
        ({"items": [5]}, "the input.items[0] is not an object"),
        ({"items": [], "gift": "x"}, "the input.gift is not an object"),
    ],
)
def test_an_input_that_does_not_fill_the_dataclass_is_refused(payload: Any, message: str) -> None:
    with pytest.raises(StatusError) as refused:
        read_as(Order, payload, "the input")
    assert (refused.value.status, str(refused.value)) == (3, message)


def test_the_undo_of_a_decorated_action_is_added_to_it() -> None:
    payment = Participant("payment")

    @payment.action("charge")
    def charge(input: Any) -> Any:
        return input

    assert payment.actions["charge"].undo is None

    @charge.undo
    def refund(_input: Any) -> None: ...

    assert payment.actions["charge"].undo is not None
    assert charge.do({"a": 1}) == {"a": 1}
    refund({})


@pytest.mark.parametrize("code", ["", "x" * 101])
def test_a_refusal_has_a_code_of_1_to_100_characters(code: str) -> None:
    with pytest.raises(ValueError, match="1 to 100"):
        Rejected(code)


@pytest.mark.parametrize(
    ("delay", "ms"), [(1.5, 1500), (0, 0), (timedelta(seconds=2), 2000), ("250ms", 250), (0.0001, 1)]
)
def test_the_delay_of_a_retry_is_any_duration(delay: Any, ms: int) -> None:
    assert outcome_of_raise(RetryAfter(delay)) == ErrorOutcome(14, "try again later", ms)


def test_messages_are_clipped_and_valid_unicode() -> None:
    assert clip("x" * 2000) == "x" * 1000
    assert clip("a\ud800b") == "a?b"
    assert outcome_of_raise(Rejected("NO", "ä" * 2000)) == RejectedOutcome("NO", "ä" * 1000)


def test_an_output_is_written_without_what_json_does_not_need() -> None:
    assert encode_output({"ä": [1, 2.5, None, True], "b": "\0\n"}) == '{"ä":[1,2.5,null,true],"b":"\\u0000\\n"}'
    assert encode_output(Item("a")) == '{"sku":"a","qty":1}'


def test_answers_are_kept_in_the_form_that_all_languages_share() -> None:
    stored = {
        '{"kind":"done","output":"{\\"id\\":\\"ä\\"}"}',
        '{"kind":"done","output":""}',
        '{"kind":"pending"}',
        '{"kind":"rejected","code":"NO","message":"not\\u0000"}',
        '{"kind":"rejected","code":"NO","message":"","details":"{\\"a\\":1}"}',
    }
    for text in stored:
        answer = BarrierRow.read(text, None).do
        assert answer is not None
        assert to_json(answer) == text
    with pytest.raises(ValueError, match="unknown kind"):
        BarrierRow.read('{"kind":"new"}', None)
