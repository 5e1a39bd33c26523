"""Following a saga over streams that may break."""

from __future__ import annotations

import grpc

from backstitch.client.calls import Rpc, to_view
from backstitch.client.conversion import to_saga
from backstitch.gen.v1 import saga_service_pb2 as pb
from backstitch.retry import pause_or_raise, pause_to_resume
from backstitch.saga_state import Saga, View

WATCH = Rpc("/backstitch.v1.SagaService/WatchSaga", pb.WatchSagaResponse)


class Watching:
    """What is known of a saga that is watched: which revision was seen last, and how its streams fared."""

    over: bool
    """Whether the saga that was taken last is final."""

    def __init__(self, namespace: str, saga_id: str, after_revision: int, view: View) -> None:
        self._request = pb.WatchSagaRequest(
            namespace=namespace, saga_id=saga_id, view=to_view(view), after_revision=after_revision
        )
        self._connected = False
        self._failed = 0
        self.over = False

    def request(self) -> pb.WatchSagaRequest:
        """Asks for what comes after what was seen."""
        copy = pb.WatchSagaRequest()
        copy.CopyFrom(self._request)
        return copy

    def take(self, response: pb.WatchSagaResponse) -> Saga | None:
        """The saga of a response, where it is a new revision."""
        self._connected = True
        self._failed = 0
        if response.saga.revision <= self._request.after_revision:
            return None
        self._request.after_revision = response.saga.revision
        saga = to_saga(response.saga)
        self.over = saga.is_final
        return saga

    def broken(self, error: grpc.RpcError) -> float:
        """The seconds before the next stream is opened; raises a BackstitchError if there should be none."""
        pause = (pause_to_resume if self._connected else pause_or_raise)(error, self._failed)
        self._failed += 1
        return pause
