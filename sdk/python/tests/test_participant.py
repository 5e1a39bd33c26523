"""What handlers are given and what becomes of their answers, over unary calls and over the Serve stream."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypedDict

import pytest
from links import UnaryLink, connected
from served import Start, one

from backstitch import DoContext, Participant, Pending, Rejected, RetryAfter, Server, UndoContext


@dataclass
class Item:
    sku: str
    qty: int = 1


@dataclass
class Order:
    amount: int
    items: list[Item]
    gift: Item | None = None


@dataclass
class Unfinished:
    total: int = field(init=False)


class Unsteady(dict[str, Any]):
    def items(self) -> Any:
        raise RuntimeError("dictionary changed size during iteration")


class Charged(TypedDict):
    charged: int


@pytest.mark.feature("participant.typed_handlers")
def test_handlers_get_their_input_in_the_type_that_they_declare(start: Start) -> None:
    payment = Participant("payment")
    undone: list[Any] = []

    @payment.action("charge")
    def charge(order: Order, context: DoContext) -> Charged:
        assert [type(item) for item in order.items] == [Item, Item]
        assert order.gift is None or isinstance(order.gift, Item)
        return {"charged": order.amount * sum(item.qty for item in order.items) + context.attempt}

    @charge.undo
    def refund(input: dict[str, Any], context: UndoContext) -> None:
        undone.extend([input, context.do_input, context.do_output])

    @payment.action("quote")
    async def quote(order: Order) -> Item:
        await asyncio.sleep(0)
        return Item(f"for {order.amount}", 0)

    link = start(payment)
    order = {"amount": 10, "items": [{"sku": "a", "qty": 2}, {"sku": "b"}], "unknown": True}
    assert link.send("charge", order).answer == {"done": {"charged": 31}}
    assert link.send("charge", order | {"gift": {"sku": "c"}}).answer == {"done": {"charged": 31}}
    assert link.send("quote", order).answer == {"done": {"sku": "for 10", "qty": 0}}
    told = {"do_input": {"amount": 1}, "do_output": {"charged": 1}}
    assert link.send("charge", {"why": "x"}, direction="undo", **told).answer == {"done": None}
    assert undone == [{"why": "x"}, {"amount": 1}, {"charged": 1}]
    missing = link.send("charge", {"items": [{}], "amount": 1}).answer
    assert missing == {"error": 3, "message": 'the input.items[0] has no "sku"', "retry_after_ms": 0}


@pytest.mark.feature("participant.unary")
def test_a_do_and_an_undo_are_unary_calls() -> None:
    participant = one(lambda input: {"n": input["n"], "whole": type(input["n"]).__name__}, lambda _: {"ignored": True})
    with Server(participant) as server, connected(str(server.listen())) as channel:
        link = UnaryLink(channel)
        assert link.send(input={"n": 2}).answer == {"done": {"n": 2, "whole": "int"}}
        assert link.send(input={"n": 2.5}).answer == {"done": {"n": 2.5, "whole": "float"}}
        assert link.send(direction="undo").answer == {"done": None}


@pytest.mark.feature("context.fields")
def test_a_handler_knows_all_about_its_call(start: Start) -> None:
    seen: list[Any] = []

    def do(_input: Any, context: DoContext) -> None:
        fields = "namespace saga_id definition version step action effect_id item idempotency_key attempt deadline"
        seen.append([getattr(context, field) for field in [*fields.split(), "completion_token", "cancelled"]])

    link = start(one(do))
    at = datetime(2100, 1, 2, 3, 4, 5, 678000, UTC)
    assert link.send(saga="s1", context={"attempt": 2, "deadline": at}).answer == {"done": {}}
    key = "s1/charge/do"
    expected = ["default", "s1", "order", 3, "pay", "charge", "s1/charge", None, key, 2, at, "token", False]
    assert seen.pop() == expected
    for effect_id, item in {"s1/hold@2": None, "s1/hold#0": 0, "shop/s1/hold#12@1": 12}.items():
        link.send(context={"effect_id": effect_id}).answer  # noqa: B018
        assert seen[-1][7] == item
    assert seen[-1][10] is None


@pytest.mark.feature("context.metadata")
def test_what_the_sagas_caller_passed_through_arrives(start: Start) -> None:
    metadata = {"traceparent": "00-1-2-01", "tracestate": "a=b", "tenant": "ä"}
    link = start(one(lambda _, context: dict(context.metadata)))
    assert link.send(context={"metadata": metadata}).answer == {"done": metadata}


ANSWERS: dict[str, tuple[Callable[[], Any], dict[str, Any]]] = {
    "rejected": (
        lambda: Rejected("DECLINED", "no money\n", {"left": 3, "text": "ä\0\n"}),
        {"rejected": {"code": "DECLINED", "message": "no money\n", "details": {"left": 3, "text": "ä\0\n"}}},
    ),
    "retry_after": (lambda: RetryAfter(1.5, "busy"), {"error": 14, "message": "busy", "retry_after_ms": 1500}),
    "pending": (Pending, {"pending": True}),
}


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.feature(f"answers.{name}")) for name in ANSWERS])
def test_an_answer_is_understood_whether_returned_or_raised_in_both_directions(start: Start, name: str) -> None:
    make, expected = ANSWERS[name]

    async def raise_async(_: Any) -> None:
        raise make()

    def raise_plain(_: Any) -> None:
        raise make()

    for handler in (lambda _: make(), raise_plain, raise_async):
        link = start(one(handler, handler))
        assert link.send().answer == expected
        assert link.send(direction="undo").answer == expected


def test_details_that_cannot_be_encoded_are_left_out_and_the_refusal_stands(start: Start) -> None:
    link = start(one(lambda _: Rejected("NO", "not today", {"x": object()})))
    message = "not today (the output cannot be written as JSON)"
    assert link.send().answer == {"rejected": {"code": "NO", "message": message}}


def test_a_message_may_be_whatever_has_a_text(start: Start) -> None:
    reason: Any = ValueError("not today")
    link = start(one(lambda _: Rejected("NO", reason), later=lambda _: RetryAfter(1, reason)))
    assert link.send().answer == {"rejected": {"code": "NO", "message": "not today"}}
    assert link.send("later").answer == {"error": 14, "message": "not today", "retry_after_ms": 1000}


class Worst(BaseException):
    def __str__(self) -> str:
        raise ValueError("no message either")


@pytest.mark.feature("participant.failing_handler")
def test_whatever_a_handler_raises_is_a_technical_failure_and_serving_goes_on(start: Start) -> None:
    failures = {
        "the ledger is gone": OSError("the ledger is gone"),
        "KeyError": KeyError(),
        "1": SystemExit(1),
        "Worst": Worst(),
        "CancelledError": asyncio.CancelledError(),
        "GeneratorExit": GeneratorExit(),
        "?" * 1000: ValueError("\ud800" * 2000),
    }

    def plain(input: dict[str, str]) -> None:
        raise failures[input["message"]]

    async def on_the_loop(input: dict[str, str]) -> None:
        raise failures[input["message"]]

    link = start(one(plain, on_the_loop=on_the_loop))
    for action in ("charge", "on_the_loop"):
        for message in failures:
            answer = link.send(action, {"message": message}).answer
            assert answer == {"error": 2, "message": message, "retry_after_ms": 0}
    assert link.send("ping").answer == {"done": {}}


@pytest.mark.feature("participant.logging")
def test_failures_are_logged_with_their_call_and_without_payloads(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_input: Any) -> None:
        raise OSError("the ledger is gone")

    link = start(one(fail, bad=lambda _: [1], refused=lambda _: Rejected("NO"), later=lambda _: RetryAfter(1)))
    secret = {"card": "4242424242"}
    with caplog.at_level(logging.DEBUG):
        for action in ("charge", "bad", "refused", "later"):
            assert "done" not in link.send(action, secret, saga="s2", context={"attempt": 3}).answer
        assert link.send("ping").answer == {"done": {}}
    fields = ("name", "namespace", "saga_id", "step", "action", "direction", "attempt")
    logged = [[getattr(record, field) for field in fields] for record in caplog.records if hasattr(record, "saga_id")]
    expected = ["backstitch", "default", "s2", "pay", "charge", "do", 3]
    assert logged == [expected, [*expected[:4], "bad", *expected[5:]]]
    assert "the ledger is gone" in caplog.text
    assert "the output is not a JSON object" in caplog.text
    assert "4242" not in caplog.text


@pytest.mark.feature("participant.unknown_action")
def test_an_unknown_action_is_unimplemented_and_the_answer_names_the_known_ones(start: Start) -> None:
    link = start(one(lambda _: None))
    unknown = {"error": 12, "message": 'no such action: "steal"; served here: charge, ping', "retry_after_ms": 0}
    assert link.send("steal").answer == unknown
    no_undo = 'this action has no undo: "charge"; served here: charge, ping'
    assert link.send(direction="undo").answer == {"error": 12, "message": no_undo, "retry_after_ms": 0}


@pytest.mark.feature("participant.bad_output")
def test_an_output_that_is_no_json_object_fails_the_call_and_serving_goes_on(start: Start) -> None:
    circle: dict[str, Any] = {}
    circle["self"] = circle
    deep: dict[str, Any] = {}
    for _ in range(5000):
        deep = {"x": deep}
    bad: list[Any] = [
        [1],
        "text",
        5,
        True,
        circle,
        deep,
        {"x": object()},
        {"x": float("nan")},
        {"x": float("inf")},
        {"x": 2**53 + 1},
        {"x": [-(2**53) - 1]},
        {"x": "\ud800"},
        {"x": "x" * 300_000},
        {"x": "ä" * 140_000},
        {("a", "b"): 1},
        {"x": {1, 2}},
        Item,
        Unfinished(),
        Unsteady(a=1),
    ]
    fine: list[Any] = [
        None,
        {},
        {"x": 2**53 - 1, "y": "90071992547409930000", "z": 1.5},
        {"x": "x" * 200_000},
        {"text": "ä\0\n\u2028😀"},
        {"x": "ä" * 130_000},
    ]
    link = start(one(lambda input: (bad if input["bad"] else fine)[input["i"]]))
    for i in range(len(bad)):
        assert link.send(input={"bad": True, "i": i}).answer["error"] == 13, bad[i]
    for i, output in enumerate(fine):
        assert link.send(input={"bad": False, "i": i}).answer == {"done": output or {}}
