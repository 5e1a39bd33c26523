"""Where the orchestrator is and how to talk to it."""

from __future__ import annotations

from dataclasses import dataclass, field

import grpc
import grpc.aio

CHANNEL_OPTIONS = (
    # An answer of this size holds any saga: 100 steps with their payloads.
    ("grpc.max_receive_message_length", 64 * 1024 * 1024),
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    # The C core closes a silent connection by this one.
    ("grpc.http2.ping_timeout_ms", 10_000),
    # A watch may be silent for long.
    ("grpc.http2.max_pings_without_data", 0),
    # Calls are repeated sooner than gRPC would by itself connect anew, a second and more after a failure.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1_000),
    ("grpc.enable_retries", 0),
)


@dataclass(frozen=True, slots=True)
class ClientTls:
    """How to know the orchestrator, and to be known to it: the contents of PEM files."""

    ca: bytes | None = None
    """The authority of the orchestrator's certificate. Default: those that come with gRPC."""
    cert: bytes | None = None
    """The client's own certificate, for an orchestrator that asks for one (mTLS). Either with ``key`` or not at all."""
    key: bytes | None = field(default=None, repr=False)
    """The key of ``cert``."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An orchestrator's gRPC port. Raises a ValueError for what is no address, and where TLS is asked for in part."""

    address: str
    token: str | None = field(default=None, repr=False)
    tls: ClientTls | None = None

    def __post_init__(self) -> None:
        if self.address == "" or self.address.startswith(("http:", "https:")):
            raise ValueError(f'"{self.address}" is not an address: give "host:port"; `tls` makes it TLS')
        if self.tls is not None and (self.tls.cert is None) != (self.tls.key is None):
            raise ValueError("a client certificate needs its key, and a key its certificate")

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """What every call carries."""
        return () if self.token is None else (("authorization", f"Bearer {self.token}"),)

    def channel(self) -> grpc.Channel:
        """A channel for blocking calls. It connects with the first one."""
        if self.tls is None:
            return grpc.insecure_channel(self.address, CHANNEL_OPTIONS)
        return grpc.secure_channel(self.address, self._credentials(self.tls), CHANNEL_OPTIONS)

    def aio_channel(self) -> grpc.aio.Channel:
        """A channel for the running event loop."""
        if self.tls is None:
            return grpc.aio.insecure_channel(self.address, CHANNEL_OPTIONS)
        return grpc.aio.secure_channel(self.address, self._credentials(self.tls), CHANNEL_OPTIONS)

    @staticmethod
    def _credentials(tls: ClientTls) -> grpc.ChannelCredentials:
        return grpc.ssl_channel_credentials(tls.ca, tls.key, tls.cert)
