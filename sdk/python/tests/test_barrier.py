"""What every barrier must do, whatever its database and driver."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from barrier_sequences import SEQUENCES, Behaviour
from commands import new_context
from ledgers import Ledger, postgres_ledger, schema_of, sqlalchemy_ledger, sqlite_ledger

from backstitch import Action, DoContext, Pending, Rejected, UndoContext
from backstitch.answers import Status, StatusError

Given = Callable[[str], str]

SQLITE, POSTGRES = "sqlite", "postgres"
OTHERS = [
    "SQLite through SQLAlchemy",
    "SQLite through SQLAlchemy's ORM",
    "PostgreSQL with serializable transactions",
    "PostgreSQL through SQLAlchemy",
    "PostgreSQL through SQLAlchemy's ORM",
]


def shows(rule: str) -> pytest.MarkDecorator:
    """Has a test show a feature of the barrier: the plain drivers stand for their databases."""
    plain = [pytest.param(name, marks=pytest.mark.feature(f"barrier.{name}.{rule}")) for name in (SQLITE, POSTGRES)]
    return pytest.mark.parametrize("ledger", [*plain, *OTHERS], indirect=True)


@pytest.fixture(scope="module", params=[SQLITE, POSTGRES, *OTHERS])
def ledger(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, given: Given) -> Iterator[Ledger]:
    folder = tmp_path_factory.mktemp("barrier")
    with ExitStack() as stack:
        opened = stack.enter_context(_open(stack, request.param, folder, given))
        opened.barrier.install()
        yield opened


def _open(stack: ExitStack, kind: str, folder: Path, given: Given) -> Any:
    orm = kind.endswith("ORM")
    if kind == SQLITE:
        return sqlite_ledger(folder / "barrier.db")
    if kind.startswith("SQLite"):
        return sqlalchemy_ledger(f"sqlite:///{folder}/barrier.db", orm=orm)
    url = given("BACKSTITCH_POSTGRES")
    if "SQLAlchemy" in kind:
        return sqlalchemy_ledger("postgresql+psycopg://", orm=orm, dsn=stack.enter_context(schema_of(url)))
    return postgres_ledger(url, "serializable" if "serializable" in kind else "read committed")


def send(action: Action, direction: str, context: UndoContext) -> str:
    """Sends a command to an action and names its answer."""
    try:
        value = action.do({}, context) if direction == "do" else action.undo and action.undo({}, context)
    except Exception:
        return "fails"
    if isinstance(value, Rejected):
        return f"rejected {value.code}"
    return "pending" if isinstance(value, Pending) else "done"


def side_by_side(*work: Callable[[], Any]) -> list[Any]:
    with ThreadPoolExecutor(len(work)) as threads:
        return [result.result() for result in [threads.submit(each) for each in work]]


@shows("rules")
def test_all_sequences_of_commands(ledger: Ledger) -> None:
    for name, (commands, effects) in SEQUENCES.items():
        context = new_context()
        for sent in commands:
            runs: list[str] = []

            def work(
                tx: Any, _input: Any, context: Any, sent: Any = sent, runs: list[str] = runs
            ) -> dict[str, Any] | list[int] | Pending:
                runs.append(sent.behaviour)
                change = ledger.add if sent.direction == "do" else ledger.remove
                change(tx, context.effect_id)
                return behave(sent.behaviour, context)

            answer = send(ledger.barrier.action(work, work), sent.direction, context)
            assert (name, answer, len(runs)) == (name, sent.expected, sent.ran)
        assert (name, ledger.count(context.effect_id)) == (name, effects)


def behave(behaviour: Behaviour, context: DoContext) -> dict[str, Any] | list[int] | Pending:
    if behaviour == "rejected":
        raise Rejected("NO", "not today\0", {"why": "closed"})
    if behaviour == "fails":
        raise OSError("broken")
    if behaviour == "pending":
        return Pending()
    if behaviour == "unencodable":
        # An Undo has no output, so in that direction it must fail in another way.
        return [1]
    return {"id": context.effect_id}


def test_a_repeated_do_gives_the_first_output_and_a_repeated_refusal_its_code_message_and_details(
    ledger: Ledger,
) -> None:
    runs: list[int] = []

    def count(_tx: Any, _input: Any) -> dict[str, Any]:
        runs.append(1)
        return {"run": len(runs), "text": "ä\0\n"}

    def refuse(_tx: Any, _input: Any) -> None:
        runs.append(1)
        raise Rejected("NO", f"run {len(runs)}", {"run": len(runs)})

    context, action = new_context(), ledger.barrier.action(count)
    assert [action.do({}, context), action.do({}, context)] == [{"run": 1, "text": "ä\0\n"}] * 2
    context, action = new_context(), ledger.barrier.action(refuse)
    action.do({}, context)
    again = action.do({}, context)
    assert isinstance(again, Rejected)
    assert (again.code, again.message, again.details) == ("NO", "run 2", {"run": 2})


def test_an_undo_that_is_not_told_the_dos_output_knows_it_from_the_record(ledger: Ledger) -> None:
    seen: list[Any] = []

    def undo(_tx: Any, _input: Any, context: UndoContext) -> None:
        seen.append(context.do_output)

    action = ledger.barrier.action(lambda _tx, _input: {"charge": "ch_1"}, undo)
    effect_id = new_context().effect_id
    send(action, "do", new_context(effect_id))
    send(action, "undo", new_context(effect_id))
    assert seen == [{"charge": "ch_1"}]


@shows("concurrency")
def test_many_concurrent_dos_of_one_effect_apply_it_once_and_all_get_the_same_answer(ledger: Ledger) -> None:
    runs: list[int] = []

    def do(tx: Any, _input: Any, context: DoContext) -> dict[str, int]:
        runs.append(1)
        ledger.add(tx, context.effect_id)
        time.sleep(0.01)
        return {"run": len(runs)}

    action = ledger.barrier.action(do)
    effect_id = new_context().effect_id
    outputs = side_by_side(*[lambda: action.do({}, new_context(effect_id))] * 20)
    assert outputs == [{"run": 1}] * 20
    assert ledger.count(effect_id) == 1


def test_an_undo_that_comes_while_its_do_runs_waits_for_it_then_removes_the_effect(ledger: Ledger) -> None:
    begun, gate = threading.Event(), threading.Event()

    def do(tx: Any, _input: Any, context: DoContext) -> None:
        ledger.add(tx, context.effect_id)
        begun.set()
        assert gate.wait(10)

    action = ledger.barrier.action(do, lambda tx, _input, context: ledger.remove(tx, context.effect_id))
    effect_id = new_context().effect_id
    with ThreadPoolExecutor(2) as threads:
        doing = threads.submit(send, action, "do", new_context(effect_id))
        assert begun.wait(10)
        undoing = threads.submit(send, action, "undo", new_context(effect_id))
        with pytest.raises(TimeoutError):
            undoing.result(0.05)
        gate.set()
        assert [doing.result(), undoing.result()] == ["done", "done"]
    assert ledger.count(effect_id) == 0


def test_dos_and_undos_of_many_effects_at_once_leave_none_behind(ledger: Ledger) -> None:
    def add(tx: Any, _input: Any, context: DoContext) -> None:
        ledger.add(tx, context.effect_id)

    action = ledger.barrier.action(add, lambda tx, _input, context: ledger.remove(tx, context.effect_id))
    effects = [new_context().effect_id for _ in range(20)]
    sends = [
        lambda effect=effect, direction=direction: send(action, direction, new_context(effect))
        for number, effect in enumerate(effects)
        for direction in (("do", "undo") if number % 2 else ("undo", "do"))
    ]
    answers = side_by_side(*sends)
    assert set(answers) <= {"done", "rejected UNDONE"}
    assert answers.count("done") >= 20
    assert [ledger.count(effect) for effect in effects] == [0] * 20


def test_a_call_whose_deadline_has_passed_when_it_has_the_database_is_refused_and_leaves_no_record(
    ledger: Ledger,
) -> None:
    runs: list[int] = []
    action = ledger.barrier.action(lambda _tx, _input: runs.append(1))
    effect_id = new_context().effect_id
    with pytest.raises(StatusError) as late:
        action.do({}, new_context(effect_id, deadline=time.time() - 0.001))
    assert (late.value.status, runs) == (Status.DEADLINE_EXCEEDED, [])
    assert (send(action, "do", new_context(effect_id)), runs) == ("done", [1])


@pytest.mark.parametrize("days", [30, 365, 2_900_000])
def test_a_deadline_may_be_far_away(ledger: Ledger, days: int) -> None:
    action = ledger.barrier.action(lambda _tx, _input: None)
    assert send(action, "do", new_context(deadline=time.time() + days * 86_400)) == "done"


def test_a_wait_for_another_transaction_ends_with_the_deadline(ledger: Ledger) -> None:
    begun, gate, runs = threading.Event(), threading.Event(), []

    def hold(_tx: Any, _input: Any) -> None:
        runs.append(1)
        begun.set()
        assert gate.wait(10)

    action = ledger.barrier.action(hold)
    effect_id = new_context().effect_id
    with ThreadPoolExecutor(1) as threads:
        doing = threads.submit(send, action, "do", new_context(effect_id))
        assert begun.wait(10)
        assert send(action, "do", new_context(effect_id, deadline=time.time() + 0.2)) == "fails"
        gate.set()
        assert (doing.result(), runs) == ("done", [1])


def test_a_command_without_effect_id_is_refused(ledger: Ledger) -> None:
    action = ledger.barrier.action(lambda _tx, _input: None)
    with pytest.raises(StatusError) as refused:
        action.do({}, new_context(""))
    assert refused.value.status == Status.INVALID_ARGUMENT


def test_whatever_a_handler_raises_takes_back_its_work(ledger: Ledger) -> None:
    class Worst(BaseException):
        pass

    def do(tx: Any, _input: Any, context: DoContext) -> None:
        ledger.add(tx, context.effect_id)
        raise Worst

    context = new_context()
    with pytest.raises(Worst):
        ledger.barrier.action(do).do({}, context)
    assert ledger.count(context.effect_id) == 0
    assert send(ledger.barrier.action(lambda _tx, _input: None), "do", context) == "done"


def test_an_action_without_an_undo_has_none_behind_the_barrier_either(ledger: Ledger) -> None:
    assert ledger.barrier.action(lambda _tx, _input: None).undo is None


def test_async_handlers_are_refused_where_transactions_block(ledger: Ledger) -> None:
    async def do(_tx: Any, _input: Any) -> None: ...

    with pytest.raises(TypeError, match="plain function"):
        ledger.barrier.action(do)


def test_installing_again_changes_nothing_also_by_many_at_once(ledger: Ledger) -> None:
    send(ledger.barrier.action(lambda _tx, _input: None), "do", new_context())
    before = ledger.barrier_rows()
    assert before > 0
    side_by_side(*[ledger.barrier.install] * 4)
    assert ledger.barrier_rows() == before


@shows("clean")
def test_cleaning_removes_old_rows_only(ledger: Ledger) -> None:
    send(ledger.barrier.action(lambda _tx, _input: None), "do", new_context())
    before = ledger.barrier_rows()
    assert ledger.barrier.clean("1h") == 0
    time.sleep(0.005)
    assert ledger.barrier.clean(0) == before
    assert ledger.barrier_rows() == 0
