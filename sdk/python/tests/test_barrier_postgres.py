"""The barrier in PostgreSQL when transactions collide or connections break."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import psycopg
import pytest
from commands import new_context
from ledgers import Ledger, postgres_ledger, schema_of
from psycopg.rows import dict_row

from backstitch import DoContext, Rejected, postgres_barrier

Tx = psycopg.Connection[Any]


@pytest.fixture
def ledger(given: Callable[[str], str]) -> Iterator[Ledger]:
    with postgres_ledger(given("BACKSTITCH_POSTGRES"), "serializable") as ledger:
        ledger.barrier.install()
        yield ledger


def run_all(*work: Callable[[], Any]) -> None:
    with ThreadPoolExecutor(len(work)) as threads:
        for each in [threads.submit(each) for each in work]:
            each.result()


def accounts(ledger: Ledger, *names: str) -> None:
    def create(tx: Tx, _input: Any) -> None:
        tx.execute("CREATE TABLE account (name text PRIMARY KEY, balance int)")
        for name in names:
            tx.execute("INSERT INTO account VALUES (%s, 0)", (name,))

    ledger.barrier.action(create).do({}, new_context())


def test_serialization_failures_are_retried_and_no_update_is_lost(ledger: Ledger) -> None:
    accounts(ledger, "shared")
    runs: list[int] = []
    meeting = threading.Barrier(2, timeout=10)

    def add(tx: Tx, _input: Any) -> None:
        runs.append(1)
        (balance,) = tx.execute("SELECT balance FROM account").fetchone() or (0,)
        if len(runs) <= 2:
            meeting.wait()
        tx.execute("UPDATE account SET balance = %s", (balance + 1,))

    action = ledger.barrier.action(add)
    run_all(*[lambda: action.do({}, new_context())] * 2)
    assert ledger.read("SELECT balance FROM account") == 2
    assert len(runs) > 2


def test_a_conflict_that_shows_only_when_the_transaction_is_committed_is_retried(ledger: Ledger) -> None:
    accounts(ledger)
    runs: list[int] = []
    meeting = threading.Barrier(2, timeout=10)

    def skew(tx: Tx, _input: Any, context: DoContext) -> dict[str, Any]:
        runs.append(1)
        (rows,) = tx.execute("SELECT count(*) FROM account").fetchone() or (0,)
        if len(runs) <= 2:
            meeting.wait()
        tx.execute("INSERT INTO account VALUES (%s, %s)", (context.effect_id, rows))
        if len(runs) <= 2:
            meeting.wait()
        return {"rows": rows}

    action = ledger.barrier.action(skew)
    run_all(*[lambda: action.do({}, new_context())] * 2)
    assert ledger.read("SELECT sum(balance) FROM account") == 1
    assert len(runs) == 3


def test_deadlocks_are_retried(ledger: Ledger) -> None:
    accounts(ledger, "a", "b")
    runs: list[int] = []
    meeting = threading.Barrier(2, timeout=10)

    def transfer(tx: Tx, input: dict[str, str]) -> None:
        runs.append(1)
        tx.execute("SET LOCAL deadlock_timeout = '50ms'")
        tx.execute("UPDATE account SET balance = balance - 1 WHERE name = %s", (input["from"],))
        if len(runs) <= 2:
            meeting.wait()
        tx.execute("UPDATE account SET balance = balance + 1 WHERE name = %s", (input["to"],))

    action = ledger.barrier.action(transfer)
    run_all(
        lambda: action.do({"from": "a", "to": "b"}, new_context()),
        lambda: action.do({"from": "b", "to": "a"}, new_context()),
    )
    assert ledger.read("SELECT sum(abs(balance)) FROM account") == 0
    assert len(runs) > 2


def test_a_connection_that_breaks_under_a_handler_fails_the_attempt_and_the_next_one_succeeds(
    ledger: Ledger, given: Callable[[str], str]
) -> None:
    broken: list[int] = []

    def do(tx: Tx, _input: Any, context: DoContext) -> None:
        ledger.add(tx, context.effect_id)
        if not broken:
            broken.append(tx.info.backend_pid)
            with psycopg.connect(given("BACKSTITCH_POSTGRES"), autocommit=True) as admin:
                admin.execute("SELECT pg_terminate_backend(%s, 5000)", (broken[0],))

    context, action = new_context(), ledger.barrier.action(do)
    with pytest.raises(psycopg.OperationalError):
        action.do({}, context)
    assert ledger.count(context.effect_id) == 0
    action.do({}, context)
    assert ledger.count(context.effect_id) == 1


def test_a_refusal_after_a_failed_statement_is_still_recorded(ledger: Ledger) -> None:
    def do(tx: Tx, _input: Any) -> None:
        try:
            tx.execute("SELECT 1 / 0")
        except psycopg.Error:
            raise Rejected("NO") from None

    context, action = new_context(), ledger.barrier.action(do)
    for _ in range(2):
        answer = action.do({}, context)
        assert isinstance(answer, Rejected)
        assert answer.code == "NO"


def test_a_handler_cannot_end_the_transaction(ledger: Ledger) -> None:
    def do(tx: Tx, _input: Any, context: DoContext) -> None:
        ledger.add(tx, context.effect_id)
        tx.commit()

    context = new_context()
    with pytest.raises(psycopg.ProgrammingError, match="forbidden"):
        ledger.barrier.action(do).do({}, context)
    assert ledger.count(context.effect_id) == 0


def test_a_handler_that_gives_the_transaction_up_fails(ledger: Ledger) -> None:
    def do(tx: Tx, _input: Any, context: DoContext) -> None:
        ledger.add(tx, context.effect_id)
        raise psycopg.Rollback

    context = new_context()
    with pytest.raises(RuntimeError, match="rolled back"):
        ledger.barrier.action(do).do({}, context)
    assert ledger.count(context.effect_id) == 0


def test_the_handlers_own_waits_for_locks_have_the_connections_limit(ledger: Ledger) -> None:
    seen: list[Any] = []

    def look(tx: Tx, _input: Any) -> None:
        seen.append(tx.execute("SHOW lock_timeout").fetchone())

    ledger.barrier.action(look).do({}, new_context())
    assert seen == [("0",)]


def test_a_function_that_connects_will_do_and_rows_may_have_any_form(given: Callable[[str], str]) -> None:
    with schema_of(given("BACKSTITCH_POSTGRES")) as dsn:
        opened: list[psycopg.Connection[Any]] = []

        def connect() -> psycopg.Connection[Any]:
            opened.append(psycopg.connect(dsn, row_factory=dict_row, autocommit=len(opened) % 2 == 0))
            return opened[-1]

        barrier = postgres_barrier(connect)
        barrier.install()
        context, action = new_context(), barrier.action(lambda tx, _input: tx.execute("SELECT 7 AS n").fetchone())
        assert [action.do({}, context), action.do({}, context)] == [{"n": 7}] * 2
        assert all(connection.closed for connection in opened)


def test_several_processes_may_install_at_once_where_there_is_no_table_yet(given: Callable[[str], str]) -> None:
    for _ in range(3):
        with schema_of(given("BACKSTITCH_POSTGRES")) as dsn:
            run_all(*[postgres_barrier(partial(psycopg.connect, dsn)).install] * 6)
