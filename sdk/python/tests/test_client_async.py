"""What only a client with an event loop does."""

from __future__ import annotations

import asyncio
import threading

import pytest
from scripted_orchestrator import Received, scripted_orchestrator

from backstitch import AsyncClient, BackstitchError
from backstitch.gen.v1 import saga_pb2
from backstitch.gen.v1 import saga_service_pb2 as pb


def test_many_calls_wait_side_by_side() -> None:
    together = threading.Barrier(4)

    def get(received: Received) -> pb.GetSagaResponse:
        together.wait(5)
        return pb.GetSagaResponse(saga=saga_pb2.Saga(saga_id=received.request.saga_id, status="SAGA_STATUS_COMPLETED"))

    async def run(address: str) -> list[str]:
        async with AsyncClient(address) as client:
            found = await asyncio.gather(*(client.get(f"s{n}") for n in range(4)))
            return [saga.saga_id for saga in found]

    with scripted_orchestrator({"GetSaga": get}) as address:
        assert asyncio.run(run(address)) == ["s0", "s1", "s2", "s3"]


def test_a_task_that_is_cancelled_ends_as_cancelled_tasks_do_also_beside_a_close() -> None:
    called = threading.Event()
    released = threading.Event()

    def get(_: Received) -> pb.GetSagaResponse:
        called.set()
        released.wait(10)
        return pb.GetSagaResponse(saga=saga_pb2.Saga())

    async def run(address: str) -> None:
        async with AsyncClient(address) as client:
            for close in (False, True):
                called.clear()
                task = asyncio.create_task(client.get("s1"))
                assert await asyncio.to_thread(called.wait, 5)
                task.cancel()
                if close:
                    await client.close()
                with pytest.raises(asyncio.CancelledError):
                    await task
            with pytest.raises(BackstitchError, match="closed"):
                await client.get("s1")

    with scripted_orchestrator({"GetSaga": get}) as address:
        try:
            asyncio.run(run(address))
        finally:
            released.set()


def test_a_client_may_be_made_where_no_loop_runs_yet() -> None:
    client = AsyncClient("127.0.0.1:1", namespace="shop")

    async def use() -> None:
        async with client:
            with pytest.raises(BackstitchError) as caught:
                await client.get("s1")
            assert caught.value.status == "UNAVAILABLE"

    asyncio.run(use())
