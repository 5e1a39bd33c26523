"""The barrier in PostgreSQL in its asynchronous form."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
import pytest
from barrier_sequences import SEQUENCES
from commands import new_context
from ledgers import schema_of
from psycopg_pool import AsyncConnectionPool
from test_barrier import behave

from backstitch import (
    Action,
    AsyncBarrier,
    DoContext,
    Pending,
    Rejected,
    UndoContext,
    async_postgres_barrier,
)

AsyncTx = psycopg.AsyncConnection[Any]


def run_async(
    given: Callable[[str], str], test: Callable[[AsyncBarrier[AsyncTx], AsyncConnectionPool[AsyncTx]], Awaitable[None]]
) -> None:
    async def run() -> None:
        with schema_of(given("BACKSTITCH_POSTGRES")) as dsn:
            async with AsyncConnectionPool(dsn, min_size=1, max_size=8, open=False) as pool:
                async with pool.connection() as connection:
                    await connection.execute("CREATE TABLE ledger (effect_id text)")
                barrier = async_postgres_barrier(pool)
                await asyncio.gather(barrier.install(), barrier.install())
                await test(barrier, pool)

    asyncio.run(run())


async def answer_of(action: Action, direction: str, context: UndoContext) -> str:
    handler: Any = action.do if direction == "do" else action.undo
    try:
        value = await handler({}, context)
    except Exception:
        return "fails"
    if isinstance(value, Rejected):
        return f"rejected {value.code}"
    return "pending" if isinstance(value, Pending) else "done"


async def count(pool: AsyncConnectionPool[AsyncTx], query: str) -> int:
    async with pool.connection() as connection:
        row = await (await connection.execute(query.encode())).fetchone()
        assert row is not None
        return int(row[0])


def test_async_handlers_follow_the_same_rules(given: Callable[[str], str]) -> None:
    async def test(barrier: AsyncBarrier[AsyncTx], pool: AsyncConnectionPool[AsyncTx]) -> None:
        for name, (commands, effects) in SEQUENCES.items():
            context = new_context()
            for sent in commands:
                runs: list[str] = []

                async def work(
                    tx: AsyncTx, _input: Any, context: Any, sent: Any = sent, runs: list[str] = runs
                ) -> object:
                    runs.append(sent.behaviour)
                    if sent.direction == "do":
                        await tx.execute("INSERT INTO ledger VALUES (%s)", (context.effect_id,))
                    else:
                        await tx.execute("DELETE FROM ledger WHERE effect_id = %s", (context.effect_id,))
                    return behave(sent.behaviour, context)

                answer = await answer_of(barrier.action(work, work), sent.direction, context)
                assert (name, answer, len(runs)) == (name, sent.expected, sent.ran)
            found = await count(pool, f"SELECT count(*) FROM ledger WHERE effect_id = '{context.effect_id}'")
            assert (name, found) == (name, effects)
        rows = await count(pool, "SELECT count(*) FROM backstitch_barrier")
        assert await barrier.clean("1h") == 0
        assert await barrier.clean(0) == rows

    run_async(given, test)


def test_many_concurrent_async_dos_of_one_effect_apply_it_once(given: Callable[[str], str]) -> None:
    async def test(barrier: AsyncBarrier[AsyncTx], pool: AsyncConnectionPool[AsyncTx]) -> None:
        runs: list[int] = []

        async def do(tx: AsyncTx, _input: Any, context: DoContext) -> dict[str, int]:
            runs.append(1)
            await tx.execute("INSERT INTO ledger VALUES (%s)", (context.effect_id,))
            await asyncio.sleep(0.01)
            return {"run": len(runs)}

        action: Any = barrier.action(do)
        effect_id = new_context().effect_id
        outputs = await asyncio.gather(*(action.do({}, new_context(effect_id)) for _ in range(20)))
        assert outputs == [{"run": 1}] * 20
        assert await count(pool, "SELECT count(*) FROM ledger") == 1

    run_async(given, test)


def test_an_async_undo_knows_the_dos_output_from_the_record(given: Callable[[str], str]) -> None:
    async def test(barrier: AsyncBarrier[AsyncTx], _pool: AsyncConnectionPool[AsyncTx]) -> None:
        seen: list[Any] = []

        async def do(_tx: AsyncTx, _input: Any) -> dict[str, str]:
            return {"charge": "ch_1"}

        async def undo(_tx: AsyncTx, _input: Any, context: UndoContext) -> None:
            seen.append(context.do_output)

        effect_id, action = new_context().effect_id, barrier.action(do, undo)
        assert await answer_of(action, "do", new_context(effect_id)) == "done"
        assert await answer_of(action, "undo", new_context(effect_id)) == "done"
        assert seen == [{"charge": "ch_1"}]

    run_async(given, test)


def test_an_async_handler_that_gives_the_transaction_up_fails(given: Callable[[str], str]) -> None:
    async def test(barrier: AsyncBarrier[AsyncTx], _pool: AsyncConnectionPool[AsyncTx]) -> None:
        async def do(_tx: AsyncTx, _input: Any) -> None:
            raise psycopg.Rollback

        handler: Any = barrier.action(do).do
        with pytest.raises(RuntimeError, match="rolled back"):
            await asyncio.wait_for(handler({}, new_context()), 10)

    run_async(given, test)
