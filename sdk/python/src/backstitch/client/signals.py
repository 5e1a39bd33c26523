"""Operations that tell sagas what happens outside."""

from __future__ import annotations

from backstitch.answers import Rejected, clip
from backstitch.client.calls import Operation, Rpc, Scope, call, new_request_id, required
from backstitch.client.conversion import to_saga
from backstitch.gen.v1 import saga_service_pb2 as pb
from backstitch.payload import Payload, to_struct
from backstitch.saga_state import Heartbeat, Saga

SIGNAL = Rpc("/backstitch.v1.SagaService/SignalSaga", pb.SignalSagaResponse)
COMPLETE = Rpc("/backstitch.v1.SagaService/CompleteStep", pb.CompleteStepResponse)
HEARTBEAT = Rpc("/backstitch.v1.SagaService/HeartbeatStep", pb.HeartbeatStepResponse)

StepOutcome = Payload | Exception | None
"""What work that was accepted with ``Pending`` came to, as a handler would give it: its output or nothing, ``Rejected``
for a refusal, any other exception for a technical failure, which is tried again."""


class SignalOperations(Scope):
    """Signals and completions."""

    def signal(
        self,
        saga_id: str,
        name: str,
        payload: Payload | None = None,
        *,
        request_id: str | None = None,
        identity: str = "",
    ) -> Operation[Saga]:
        """Gives a saga the signal that one of its steps awaits, or will await.

        :param request_id: the signal comes once for it; default: a random one, so that the client's repeats count once
        :param identity: who gives it; kept in the saga's history
        """
        request = pb.SignalSagaRequest(
            namespace=self.namespace,
            saga_id=saga_id,
            signal=name,
            payload=to_struct({} if payload is None else payload, "payload"),
            request_id=request_id or new_request_id(),
            identity=identity,
        )
        response = yield from call(SIGNAL, request)
        required(response, "saga")
        return to_saga(response.saga)

    def complete(
        self, completion_token: str, outcome: StepOutcome = None, *, request_id: str | None = None
    ) -> Operation[None]:
        """Gives the outcome of a Do or Undo that was answered with ``Pending``.

        The same outcome may be given again; another one, or one that the saga no longer waits for, is
        COMPLETION_REFUSED.

        :param outcome: the output; ``Rejected``: a refusal; any other exception: a technical failure, tried again
        :param request_id: the idempotency key; default: a random one
        """
        request = pb.CompleteStepRequest(completion_token=completion_token, request_id=request_id or new_request_id())
        if isinstance(outcome, Rejected):
            request.rejected.code = outcome.code
            request.rejected.message = clip(outcome.message)
            if outcome.details is not None:
                request.rejected.details.CopyFrom(to_struct(outcome.details, "rejected.details"))
        elif isinstance(outcome, BaseException):
            request.failed.message = clip(str(outcome) or type(outcome).__name__)
        else:
            request.done.output.CopyFrom(to_struct({} if outcome is None else outcome, "done.output"))
        yield from call(COMPLETE, request)

    def heartbeat(self, completion_token: str) -> Operation[Heartbeat]:
        """Says that a pending Do or Undo is still being worked on; where the answer is ``cancelled``, stop."""
        response = yield from call(HEARTBEAT, pb.HeartbeatStepRequest(completion_token=completion_token))
        return Heartbeat(cancelled=response.cancelled)
