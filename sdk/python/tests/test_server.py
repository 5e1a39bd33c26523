"""Servers: health, keepalive, addresses, their life; TLS has a file of its own."""

from __future__ import annotations

import asyncio
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub
from links import UnaryLink, connected

from backstitch import Action, AsyncServer, Participant, Server, server

PARTICIPANT_SERVICE = "backstitch.v1.ParticipantService"
ServingStatus = HealthCheckResponse


def one(name: str = "payment", *actions: str) -> Participant:
    return Participant(name, {action: Action(lambda input: input) for action in actions or ("charge",)})


@pytest.mark.feature("participant.health")
def test_the_health_service_tells_whether_the_server_serves_and_a_watcher_does_not_keep_it_from_stopping() -> None:
    serving = Server(one())
    with connected(str(serving.listen())) as channel:
        health: Any = HealthStub(channel)
        for service in ("", PARTICIPANT_SERVICE):
            assert health.Check(HealthCheckRequest(service=service)).status == ServingStatus.SERVING
        seen: queue.SimpleQueue[int] = queue.SimpleQueue()

        def watch() -> None:
            try:
                for response in health.Watch(HealthCheckRequest(service=PARTICIPANT_SERVICE)):
                    seen.put(response.status)
            except grpc.RpcError:
                seen.put(-1)

        watcher = threading.Thread(target=watch)
        watcher.start()
        assert seen.get(timeout=10) == ServingStatus.SERVING
        before = time.monotonic()
        serving.stop()
        assert time.monotonic() - before < 5
        assert [seen.get(timeout=10), seen.get(timeout=10)] == [ServingStatus.NOT_SERVING, -1]
        watcher.join()


# HTTP/2 by hand: the clients of gRPC ping no sooner than after many seconds.
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0"
PING, GOAWAY, ACK = 6, 7, 1


def frames(connection: socket.socket) -> Iterator[tuple[int, int]]:
    """The type and flags of each frame, until the connection is closed."""
    with connection.makefile("rb") as stream:
        while len(head := stream.read(9)) == 9:
            stream.read(int.from_bytes(head[:3]))
            yield head[3], head[4]


@pytest.mark.feature("participant.keepalive")
def test_connections_are_kept_alive_from_both_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    options = server.SERVER_OPTIONS
    usual = {"grpc.keepalive_time_ms": 30_000, "grpc.keepalive_timeout_ms": 10_000}
    assert usual.items() <= options.items()
    assert options["grpc.http2.min_ping_interval_without_data_ms"] <= 10_000
    # The same a hundred times as fast.
    fast = {name: value // 100 for name, value in options.items() if name.endswith("_ms")}
    monkeypatch.setattr(server, "SERVER_OPTIONS", options | fast)
    with Server(one()) as serving:
        port = serving.listen().port
        # A client that pings, and has no call: it gets its answers, and is not sent away.
        with socket.create_connection(("127.0.0.1", port), timeout=5) as pinging:
            pinging.sendall(PREFACE)
            seen = frames(pinging)
            for _ in range(5):
                time.sleep(0.1)
                pinging.sendall(b"\0\0\x08\6\0\0\0\0\0" + b"12345678")
                for kind, flags in seen:
                    assert kind != GOAWAY
                    if (kind, flags) == (PING, ACK):
                        break
        # A client that has gone silent: it is pinged, and given up.
        with socket.create_connection(("127.0.0.1", port), timeout=5) as silent:
            silent.sendall(PREFACE)
            before = time.monotonic()
            assert (PING, 0) in list(frames(silent))
            assert 0.3 <= time.monotonic() - before < 4


def test_port_0_picks_a_free_one_and_listening_on_an_address_in_use_fails() -> None:
    with Server(one()) as first:
        address = first.listen()
        assert (address.host, str(address)) == ("127.0.0.1", f"127.0.0.1:{address.port}")
        second = Server(one())
        with pytest.raises(OSError, match=f"cannot listen on 127.0.0.1:{address.port}"):
            second.listen(address.port)
        second.stop()
        with connected(str(address)) as channel:
            assert UnaryLink(channel).send().answer == {"done": {}}


def test_only_the_loopback_interface_is_listened_on_unless_told() -> None:
    others = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {"127.0.0.1"}
    with Server(one()) as serving:
        port = serving.listen().port
        for host in others:
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection((str(host), port), timeout=2)


def test_several_participants_may_share_a_server_but_no_name() -> None:
    participants = (one("payment", "charge"), one("stock", "reserve"))
    with Server(*participants) as serving, connected(str(serving.listen())) as channel:
        link = UnaryLink(channel)
        assert [link.send(action).answer for action in ("charge", "reserve")] == [{"done": {}}] * 2
    with pytest.raises(ValueError, match='both "payment" and "stock" have an action "charge"'):
        Server(one("payment"), one("stock"))
    with pytest.raises(ValueError, match="at least one action"):
        Server(Participant("payment"))
    payment = one()
    with pytest.raises(ValueError, match='"payment" has an action "charge" already'):
        payment.action("charge")


def test_a_server_listens_once() -> None:
    with Server(one()) as serving:
        serving.listen()
        with pytest.raises(RuntimeError):
            serving.listen()


def test_a_server_that_never_listened_can_be_stopped() -> None:
    Server(one()).stop()
    with pytest.raises(RuntimeError):
        Server(one()).wait()


def test_who_stops_a_server_that_is_ending_already_waits_for_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    serving = Server(one())
    serving.listen()
    loop_closed, gate = threading.Event(), threading.Event()
    end = serving._stopped.set

    def end_late() -> None:
        loop_closed.set()
        gate.wait(10)
        end()

    monkeypatch.setattr(serving._stopped, "set", end_late)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(serving.stop)
        assert loop_closed.wait(10)
        second = threads.submit(serving.stop)
        with pytest.raises(TimeoutError):
            second.result(0.05)
        gate.set()
        first.result(10)
        second.result(10)


def test_an_async_server_lives_on_the_programs_own_event_loop() -> None:
    loops: list[Any] = []

    async def do(input: Any) -> Any:
        loops.append(asyncio.get_running_loop())
        return input

    async def main() -> None:
        async with AsyncServer(Participant("payment", {"charge": Action(do)})) as serving:
            address = str(await serving.listen())
            with connected(address) as channel:
                answer = await asyncio.to_thread(lambda: UnaryLink(channel).send(input={"a": 1}).answer)
            assert answer == {"done": {"a": 1}}
        await serving.wait()
        assert loops == [asyncio.get_running_loop()]

    asyncio.run(main())


PROGRAM = """
import sys, time
from backstitch import Action, Participant, Server
def hang(_input):
    print("hanging", flush=True)
    time.sleep(60)
server = Server(Participant("payment", {"charge": Action(lambda input: input), "hang": Action(hang)}))
print(server.listen().port, flush=True)
server.wait()
print("stopped", flush=True)
"""

ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_waiting_program_stops_gracefully_on_a_signal(number: signal.Signals) -> None:
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "text": True, "env": ENVIRONMENT}
    with subprocess.Popen([sys.executable, "-c", PROGRAM], **pipes) as program:
        assert program.stdout is not None
        port = int(program.stdout.readline())
        with connected(f"127.0.0.1:{port}") as channel:
            assert UnaryLink(channel).send(input={"a": 1}).answer == {"done": {"a": 1}}
        program.send_signal(number)
        assert program.stdout.readline() == "stopped\n"
        assert program.wait(10) == 0


def test_a_handler_that_hangs_does_not_keep_the_process_from_ending() -> None:
    with_grace = PROGRAM.replace("server.wait()", "sys.stdin.readline(); server.stop(0)")
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stdin": subprocess.PIPE, "text": True, "env": ENVIRONMENT}
    with subprocess.Popen([sys.executable, "-c", with_grace], **pipes) as program:
        assert program.stdout is not None
        assert program.stdin is not None
        port = int(program.stdout.readline())
        with connected(f"127.0.0.1:{port}") as channel:
            UnaryLink(channel).send("hang")
            assert program.stdout.readline() == "hanging\n"
            program.stdin.write("\n")
            program.stdin.flush()
            assert program.stdout.readline() == "stopped\n"
            assert program.wait(10) == 0
