"""A participant that accepts everything and completes nothing by itself."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent import futures
from contextlib import contextmanager
from queue import Queue

import grpc

from backstitch.gen.v1.participant_service_pb2 import (
    CommandContext,
    DoRequest,
    DoResponse,
    UndoRequest,
    UndoResponse,
)
from backstitch.gen.v1.participant_service_pb2_grpc import (
    ParticipantServiceServicer,
    add_ParticipantServiceServicer_to_server,
)


class PendingParticipant(ParticipantServiceServicer):
    """Has the contexts of the Dos and Undos that came, in order."""

    def __init__(self) -> None:
        self.commands: Queue[CommandContext] = Queue()

    def Do(self, request: DoRequest, context: object) -> DoResponse:
        self.commands.put(request.context)
        return DoResponse(pending={})

    def Undo(self, request: UndoRequest, context: object) -> UndoResponse:
        self.commands.put(request.context)
        return UndoResponse(pending={})

    def next(self, saga_id: str) -> CommandContext:
        """The next command of a saga; others before it are dropped."""
        while True:
            context = self.commands.get(timeout=10)
            if context.saga_id == saga_id:
                return context


@contextmanager
def pending_participant(port: str) -> Iterator[PendingParticipant]:
    """Serves it on the loopback interface. It is without the ``Serve`` stream."""
    participant = PendingParticipant()
    server = grpc.server(futures.ThreadPoolExecutor(4))
    add_ParticipantServiceServicer_to_server(participant, server)  # type: ignore[no-untyped-call]
    server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    try:
        yield participant
    finally:
        server.stop(None).wait()
