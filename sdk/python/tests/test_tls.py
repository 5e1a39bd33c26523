"""TLS between orchestrator and participant."""

from __future__ import annotations

import subprocess
from pathlib import Path

import grpc
import pytest
from links import StreamLink, UnaryLink, connected

from backstitch import Action, Participant, ParticipantTls, Server


class Authority:
    """A certificate authority of its own, by openssl."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self._openssl("req", "-x509", *self._new_key(name), "-subj", f"/CN={name}", "-days", "1", "-out", f"{name}.pem")
        self.certificate = (folder / f"{name}.pem").read_bytes()

    def issue(self, name: str) -> tuple[bytes, bytes]:
        """A key and a certificate for 127.0.0.1."""
        request = ("-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1", "-out", f"{name}.csr")
        self._openssl("req", "-new", *self._new_key(name), *request)
        signing = ("-CA", f"{self._name}.pem", "-CAkey", f"{self._name}-key.pem", "-CAcreateserial", "-days", "1")
        self._openssl("x509", "-req", "-in", f"{name}.csr", *signing, "-copy_extensions", "copy", "-out", f"{name}.pem")
        return (self._folder / f"{name}-key.pem").read_bytes(), (self._folder / f"{name}.pem").read_bytes()

    @staticmethod
    def _new_key(name: str) -> tuple[str, ...]:
        return ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}-key.pem")

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self._folder, check=True, capture_output=True)


@pytest.mark.feature("participant.tls")
def test_a_participant_shows_its_certificate_and_asks_for_one_where_told(tmp_path: Path) -> None:
    authority, stranger = Authority(tmp_path, "ca"), Authority(tmp_path, "stranger")
    key, cert = authority.issue("payment")
    own = authority.issue("orchestrator")
    payment = Participant("payment", {"charge": Action(lambda input: input)})

    def answers(address: str, ca: bytes, client: tuple[bytes, bytes] | None) -> list[bool]:
        pair = (None, None) if client is None else client
        with connected(address, grpc.ssl_channel_credentials(ca, *pair)) as channel:
            return ["done" in way(channel).send().answer for way in (UnaryLink, StreamLink)]

    with Server(payment, tls=ParticipantTls(key, cert)) as server:
        address = str(server.listen())
        assert answers(address, authority.certificate, None) == [True, True]
        assert answers(address, stranger.certificate, None) == [False, False]
        with connected(address) as plain:
            assert "error" in UnaryLink(plain).send().answer
    with Server(payment, tls=ParticipantTls(key, cert, client_ca=authority.certificate)) as server:
        address = str(server.listen())
        assert answers(address, authority.certificate, own) == [True, True]
        assert answers(address, authority.certificate, None) == [False, False]
        assert answers(address, authority.certificate, stranger.issue("nobody")) == [False, False]


def test_a_key_is_not_shown_where_the_settings_are() -> None:
    assert "secret" not in repr(ParticipantTls(b"secret", b"cert"))
