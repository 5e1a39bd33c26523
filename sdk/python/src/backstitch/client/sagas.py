"""Operations that start sagas, look at them and turn them round."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping

from backstitch.client.calls import (
    LONGEST_WAIT_SECONDS,
    PAUSE_SECONDS,
    Operation,
    Pause,
    Rpc,
    Scope,
    call,
    new_request_id,
    required,
    to_view,
)
from backstitch.client.conversion import to_saga, to_started_saga
from backstitch.client.watching import Watching
from backstitch.duration import Duration, to_message, to_seconds
from backstitch.gen.v1 import saga_service_pb2 as pb
from backstitch.payload import Payload, to_struct
from backstitch.saga_state import Saga, StartedSaga, View

START = Rpc("/backstitch.v1.SagaService/StartSaga", pb.StartSagaResponse)
GET = Rpc("/backstitch.v1.SagaService/GetSaga", pb.GetSagaResponse)
CANCEL = Rpc("/backstitch.v1.SagaService/CancelSaga", pb.CancelSagaResponse)


class SagaOperations(Scope):
    """Whole sagas, of one namespace."""

    def start(
        self,
        definition: str,
        input: Payload | None = None,
        *,
        saga_id: str = "",
        request_id: str | None = None,
        version: int = 0,
        wait: Duration = 0,
        labels: Mapping[str, str] | None = None,
        deadline: Duration | None = None,
        view: View = "FULL",
        metadata: Mapping[str, str] | None = None,
    ) -> Operation[StartedSaga]:
        """Starts a saga; one that was there already has ``started`` False.

        :param input: at most 256 KiB as JSON
        :param saga_id: the same id with the same content gives the saga that exists; default: made from ``request_id``
        :param request_id: the idempotency key; default: a random one, so that the client's own repeats start one saga
        :param version: of the definition; default: the latest
        :param wait: how long to wait for the saga to become final; then it is given as it is. Default: not at all
        :param deadline: how long the saga may take; at most what its definition allows
        :param view: "BRIEF" leaves out payloads
        :param metadata: passed through to participants: traceparent and tracestate
        """
        until = time.monotonic() + to_seconds(wait)
        request = pb.StartSagaRequest(
            namespace=self.namespace,
            definition=definition,
            version=version,
            saga_id=saga_id,
            input=to_struct({} if input is None else input, "input"),
            labels=labels,
            deadline=None if deadline is None else to_message(to_seconds(deadline)),
            request_id=request_id or new_request_id(),
            view=to_view(view),
            metadata=metadata,
        )
        started = False
        # The start is repeated rather than the saga asked for: a store that lost it meanwhile starts it anew.
        while True:
            seconds = _time_left(until)
            _set_wait(request, seconds)
            response = yield from call(START, request, seconds)
            required(response, "saga")
            started = started or response.started
            found = to_started_saga(response.saga, started)
            if found.is_final or time.monotonic() >= until:
                return found
            yield Pause(PAUSE_SECONDS)

    def get(self, saga_id: str, *, view: View = "FULL") -> Operation[Saga]:
        """Gives a saga as it is.

        :param view: "BRIEF" leaves out payloads
        """
        request = pb.GetSagaRequest(namespace=self.namespace, saga_id=saga_id, view=to_view(view))
        response = yield from call(GET, request)
        required(response, "saga")
        return to_saga(response.saga)

    def wait(self, saga_id: str, *, timeout: Duration | None = None, view: View = "FULL") -> Operation[Saga]:
        """Waits until a saga is final.

        :param timeout: after it the saga is given as it then is; default: none
        :param view: "BRIEF" leaves out payloads
        """
        until = math.inf if timeout is None else time.monotonic() + to_seconds(timeout)
        return (yield from self._wait_until(saga_id, until, view))

    def watch(self, saga_id: str, *, after_revision: int = 0, view: View = "FULL") -> Watching:
        """Gives a saga now and at every change until it is final, across broken connections.

        :param after_revision: a revision that is known already: it waits for the next one first
        :param view: "BRIEF" leaves out payloads
        """
        return Watching(self.namespace, saga_id, after_revision, view)

    def cancel(
        self,
        saga_id: str,
        *,
        reason: str = "",
        identity: str = "",
        request_id: str | None = None,
        expected_revision: int = 0,
        wait: Duration = 0,
        view: View = "FULL",
    ) -> Operation[Saga]:
        """Turns a running saga round: what was done is undone. PAST_PIVOT where that is too late.

        :param reason: why; kept in the saga's history, as is ``identity``
        :param identity: who asks
        :param request_id: the idempotency key; default: a random one
        :param expected_revision: REVISION_MISMATCH if the saga has moved on from it; default: whatever it is
        :param wait: how long to wait for the saga to become final; then it is given as it is. Default: not at all
        :param view: "BRIEF" leaves out payloads
        """
        until = time.monotonic() + to_seconds(wait)
        seconds = _time_left(until)
        request = pb.CancelSagaRequest(
            namespace=self.namespace,
            saga_id=saga_id,
            request_id=request_id or new_request_id(),
            identity=identity,
            reason=reason,
            expected_revision=expected_revision,
            view=to_view(view),
        )
        _set_wait(request, seconds)
        response = yield from call(CANCEL, request, seconds)
        required(response, "saga")
        found = to_saga(response.saga)
        if found.is_final or time.monotonic() >= until:
            return found
        return (yield from self._wait_until(saga_id, until, view))

    def _wait_until(self, saga_id: str, until: float, view: View) -> Operation[Saga]:
        request = pb.GetSagaRequest(namespace=self.namespace, saga_id=saga_id, view=to_view(view))
        while True:
            seconds = _time_left(until)
            _set_wait(request, seconds)
            response = yield from call(GET, request, seconds)
            required(response, "saga")
            found = to_saga(response.saga)
            if found.is_final or time.monotonic() >= until:
                return found
            yield Pause(PAUSE_SECONDS)


def _time_left(until: float) -> float:
    return max(0.0, min(until - time.monotonic(), LONGEST_WAIT_SECONDS))


def _set_wait(request: pb.StartSagaRequest | pb.GetSagaRequest | pb.CancelSagaRequest, seconds: float) -> None:
    if seconds > 0:
        request.wait.CopyFrom(to_message(seconds))
    else:
        request.ClearField("wait")
