"""The barrier in SQLite: several connections and processes, and handlers that break its rules."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from commands import new_context
from ledgers import Ledger, sqlite_ledger

from backstitch import DoContext, sqlalchemy_barrier, sqlite_barrier

Tx = sqlite3.Connection


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "barrier.db"


@pytest.fixture
def ledger(file: Path) -> Iterator[Ledger]:
    with sqlite_ledger(file) as ledger:
        ledger.barrier.install()
        yield ledger


def test_the_barriers_of_two_connections_take_turns(ledger: Ledger, file: Path) -> None:
    begun, gate = threading.Event(), threading.Event()

    def slow(tx: Tx, _input: Any, context: DoContext) -> None:
        ledger.add(tx, context.effect_id)
        begun.set()
        assert gate.wait(10)

    one, other = new_context(), new_context()
    with sqlite_ledger(file) as second, ThreadPoolExecutor(2) as threads:

        def quickly(tx: Tx, _input: Any, context: DoContext) -> None:
            second.add(tx, context.effect_id)

        quick = second.barrier.action(quickly)
        doing = threads.submit(ledger.barrier.action(slow).do, {}, one)
        assert begun.wait(10)
        waiting = threads.submit(quick.do, {}, other)
        with pytest.raises(TimeoutError):
            waiting.result(0.05)
        gate.set()
        doing.result()
        waiting.result()
    assert [ledger.count(one.effect_id), ledger.count(other.effect_id)] == [1, 1]


HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
connection.execute("COMMIT")
"""


def test_another_process_that_writes_is_waited_for_until_the_deadline(ledger: Ledger, file: Path) -> None:
    runs: list[int] = []
    action = ledger.barrier.action(lambda _tx, _input: runs.append(1))
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", HOLD, str(file)], **pipes) as holder:  # type: ignore[call-overload]
        assert holder.stdout.readline() == "held\n"
        before = time.monotonic()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            action.do({}, new_context(deadline=time.time() + 0.1))
        assert time.monotonic() - before < 3
        with ThreadPoolExecutor(1) as threads:
            waiting = threads.submit(action.do, {}, new_context(deadline=time.time() + 10))
            with pytest.raises(TimeoutError):
                waiting.result(0.1)
            assert runs == []
            holder.stdin.write("\n")
            holder.stdin.flush()
            waiting.result()
    assert runs == [1]


def test_another_process_is_waited_for_also_where_the_deadline_is_far_away(ledger: Ledger, file: Path) -> None:
    action = ledger.barrier.action(lambda _tx, _input: None)
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", HOLD, str(file)], **pipes) as holder, ThreadPoolExecutor(1) as thread:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        waiting = thread.submit(action.do, {}, new_context(deadline=time.time() + 30 * 86_400))
        with pytest.raises(TimeoutError):
            waiting.result(0.1)
        holder.communicate("\n")
        waiting.result(10)


def test_transactions_do_not_mix_on_one_connection(ledger: Ledger) -> None:
    def do(tx: Tx, input: dict[str, int], context: DoContext) -> None:
        ledger.add(tx, context.effect_id)
        time.sleep(0.005)
        if input["number"] % 2 == 1:
            raise OSError("broken")

    action, contexts = ledger.barrier.action(do), [new_context() for _ in range(6)]
    with ThreadPoolExecutor(6) as threads:
        doing = [threads.submit(action.do, {"number": n}, context) for n, context in enumerate(contexts)]
        assert [each.exception() is None for each in doing] == [True, False] * 3
    assert [ledger.count(context.effect_id) for context in contexts] == [1, 0] * 3


@pytest.mark.parametrize(
    "end",
    [
        Tx.commit,
        Tx.rollback,
        lambda tx: tx.__exit__(None, None, None),
        lambda tx: tx.executescript("SELECT 1"),
        lambda tx: (tx.commit(), tx.execute("INSERT INTO ledger VALUES ('again')")),
    ],
    ids=["commit", "rollback", "with", "executescript", "commit and begin"],
)
def test_a_handler_that_ends_the_transaction_fails(ledger: Ledger, end: Any) -> None:
    def do(tx: Tx, _input: Any) -> None:
        end(tx)

    action = ledger.barrier.action(do)
    with pytest.raises(RuntimeError, match="ended the barrier's transaction"):
        action.do({}, new_context())
    ledger.barrier.action(lambda _tx, _input: None).do({}, new_context())


def test_a_connection_that_is_bound_to_its_thread_is_refused_at_once() -> None:
    connection = sqlite3.connect(":memory:")
    with pytest.raises(ValueError, match="check_same_thread=False"):
        sqlite_barrier(connection)
    connection.close()


def test_rows_of_the_connection_may_have_any_form_and_the_database_may_be_in_memory() -> None:
    connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
    connection.row_factory = lambda _cursor, row: {"row": row}
    barrier = sqlite_barrier(connection)
    barrier.install()
    context, action = new_context(), barrier.action(lambda tx, _input: tx.execute("SELECT 7").fetchone())
    assert [action.do({}, context), action.do({}, context)] == [{"row": [7]}] * 2
    connection.close()


def test_an_engine_that_begins_in_its_own_way_gets_an_immediate_transaction_all_the_same(file: Path) -> None:
    engine = sqlalchemy.create_engine(f"sqlite:///{file}")

    @sqlalchemy.event.listens_for(engine, "connect")
    def leave_alone(connection: Any, _record: Any) -> None:
        connection.isolation_level = None

    @sqlalchemy.event.listens_for(engine, "begin")
    def begin(connection: sqlalchemy.Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    barrier = sqlalchemy_barrier(engine)
    barrier.install()

    def do(_tx: Any, _input: Any) -> None:
        other = sqlite3.connect(file, timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()

    barrier.action(do).do({}, new_context())
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 5000
    engine.dispose()


def test_databases_other_than_postgresql_and_sqlite_are_refused() -> None:
    engine = sqlalchemy.create_mock_engine("mysql://", lambda *_: None)
    with pytest.raises(ValueError, match="not mysql"):
        sqlalchemy_barrier(engine)  # type: ignore[arg-type]
