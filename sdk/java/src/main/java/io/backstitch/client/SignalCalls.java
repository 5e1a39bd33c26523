package io.backstitch.client;

import io.backstitch.Rejected;
import io.backstitch.internal.Payloads;
import io.backstitch.v1.CompleteStepRequest;
import io.backstitch.v1.HeartbeatStepRequest;
import io.backstitch.v1.SagaServiceGrpc;
import io.backstitch.v1.SagaServiceGrpc.SagaServiceBlockingStub;
import io.backstitch.v1.SignalSagaRequest;
import io.backstitch.v1.StepCompletion;
import io.backstitch.v1.StepFailure;
import io.backstitch.v1.StepRefusal;
import io.grpc.ManagedChannel;
import java.util.Objects;

/** The calls of SagaService that concern signals and completions. */
final class SignalCalls {
  private final SagaServiceBlockingStub sagas;
  private final Calls calls;
  private final String namespace;

  SignalCalls(ManagedChannel channel, Calls calls, String namespace) {
    this.sagas = SagaServiceGrpc.newBlockingStub(channel);
    this.calls = calls;
    this.namespace = namespace;
  }

  Saga signal(String sagaId, String name, Object payload, RequestOptions options) {
    SignalSagaRequest request =
        SignalSagaRequest.newBuilder()
            .setNamespace(namespace)
            .setSagaId(sagaId)
            .setSignal(name)
            .setPayload(Payloads.toStruct("payload", payload))
            .setRequestId(Calls.requestId(options.requestId()))
            .setIdentity(options.identity())
            .build();
    var answer = calls.call(sagas, stub -> stub.signalSaga(request));
    return SagaCalls.given(answer.hasSaga(), answer.getSaga());
  }

  void complete(String completionToken, StepOutcome outcome, String requestId) {
    CompleteStepRequest.Builder request =
        CompleteStepRequest.newBuilder()
            .setCompletionToken(completionToken)
            .setRequestId(Calls.requestId(requestId));
    if (outcome instanceof StepOutcome.Done done) {
      request.setDone(StepCompletion.newBuilder().setOutput(Payloads.toStruct("output", done.output())));
    } else if (outcome instanceof StepOutcome.Refused refused) {
      request.setRejected(refusalOf(refused.refusal()));
    } else if (outcome instanceof StepOutcome.Failed failed) {
      request.setFailed(StepFailure.newBuilder().setMessage(failed.message()));
    }
    calls.call(sagas, stub -> stub.completeStep(request.build()));
  }

  Heartbeat heartbeat(String completionToken) {
    HeartbeatStepRequest request = HeartbeatStepRequest.newBuilder().setCompletionToken(completionToken).build();
    return new Heartbeat(calls.call(sagas, stub -> stub.heartbeatStep(request)).getCancelled());
  }

  private static StepRefusal.Builder refusalOf(Rejected rejected) {
    String message = Objects.requireNonNullElse(rejected.getMessage(), "");
    StepRefusal.Builder refusal = StepRefusal.newBuilder().setCode(rejected.code()).setMessage(message);
    if (rejected.details() != null) refusal.setDetails(Payloads.toStruct("details", rejected.details()));
    return refusal;
  }
}
