"""The examples of the README that concern participants run as they stand."""

from __future__ import annotations

import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import grpc
from links import UnaryLink, connected
from test_server import ENVIRONMENT
from test_tls import Authority

README = Path(__file__).parents[1] / "README.md"


def examples(heading: str) -> list[str]:
    """The code of a section, with its subsections."""
    section = re.search(rf"^## {heading}$(.*?)(?=^## |\Z)", README.read_text(), re.MULTILINE | re.DOTALL)
    assert section is not None
    return re.findall(r"```python\n(.*?)```", section[1], re.DOTALL)


@contextmanager
def running(code: str, folder: Path, credentials: grpc.ChannelCredentials | None = None) -> Iterator[UnaryLink]:
    """Runs a program that listens, at a port that is free, until SIGTERM."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    program = re.sub(r"listen\(\d+", f"listen({port}", code)
    assert program != code
    with subprocess.Popen([sys.executable, "-c", program], cwd=folder, env=ENVIRONMENT, text=True) as process:
        try:
            with connected(f"127.0.0.1:{port}", credentials) as channel:
                deadline = time.monotonic() + 10
                while not listens(port):
                    assert process.poll() is None
                    assert time.monotonic() < deadline
                    time.sleep(0.02)
                yield UnaryLink(channel)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(10)


def listens(port: int) -> bool:
    with socket.socket() as attempt:
        return attempt.connect_ex(("127.0.0.1", port)) == 0


def test_the_first_participant_is_short_and_runs(tmp_path: Path) -> None:
    code = examples("A participant")[0]
    assert len(code.splitlines()) < 25
    with running(code, tmp_path) as link:
        assert link.send("charge", {"amount": 10}, saga="s1").answer == {"done": {"charge_id": "s1/charge"}}
        declined = {"code": "CARD_DECLINED", "message": "the limit is 1000"}
        assert link.send("charge", {"amount": 1001}).answer == {"rejected": declined}
        assert link.send("charge", direction="undo", saga="s1").answer == {"done": None}


def test_the_async_server_runs(tmp_path: Path) -> None:
    with running(examples("A participant")[1], tmp_path) as link:
        assert link.send("forecast", {"city": "Oslo"}).answer == {"done": {"city": "Oslo", "sky": "blue"}}


def test_the_barrier_keeps_what_it_says(tmp_path: Path) -> None:
    (code,) = examples("The barrier")
    with running(code, tmp_path) as link, closing(sqlite3.connect(tmp_path / "stock.db")) as db:
        with db:
            db.execute("INSERT INTO stock VALUES ('A1', 3)")
        wanted = {"sku": "A1", "qty": 2}
        assert [link.send("reserve", wanted, saga="s1").answer for _ in range(2)] == [{"done": {}}] * 2
        assert link.send("reserve", wanted).answer["rejected"]["code"] == "OUT_OF_STOCK"
        assert db.execute("SELECT left FROM stock").fetchall() == [(1,)]
        assert link.send("reserve", direction="undo", do_input=wanted, saga="s1").answer == {"done": None}
        assert db.execute("SELECT left FROM stock").fetchall() == [(3,)]


def test_the_example_of_tls_runs(tmp_path: Path) -> None:
    authority = Authority(tmp_path, "ca")
    key, cert = authority.issue("payment")
    (tmp_path / "payment-key.pem").write_bytes(key)
    (code,) = examples("TLS")
    code = code.replace("/certs", str(tmp_path)).replace('"0.0.0.0"', '"127.0.0.1"') + "server.wait()\n"
    with running(code, tmp_path, grpc.ssl_channel_credentials(authority.certificate, key, cert)) as link:
        assert link.send("charge").answer == {"done": {"charged": True}}
