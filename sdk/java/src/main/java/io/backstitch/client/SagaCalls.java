package io.backstitch.client;

import io.backstitch.internal.Payloads;
import io.backstitch.v1.CancelSagaRequest;
import io.backstitch.v1.GetSagaRequest;
import io.backstitch.v1.SagaServiceGrpc;
import io.backstitch.v1.SagaServiceGrpc.SagaServiceBlockingStub;
import io.backstitch.v1.StartSagaRequest;
import io.backstitch.v1.StartSagaResponse;
import io.backstitch.v1.WatchSagaRequest;
import io.grpc.ManagedChannel;
import java.time.Duration;

/** The calls of SagaService that concern whole sagas. */
final class SagaCalls {
  private final SagaServiceBlockingStub sagas;
  private final Calls calls;
  private final String namespace;

  SagaCalls(ManagedChannel channel, Calls calls, String namespace) {
    this.sagas = SagaServiceGrpc.newBlockingStub(channel);
    this.calls = calls;
    this.namespace = namespace;
  }

  Started start(String definition, Object input, StartOptions options) {
    Waiting waiting = new Waiting(options.waitFor());
    StartSagaRequest.Builder request =
        StartSagaRequest.newBuilder()
            .setNamespace(namespace)
            .setDefinition(definition)
            .setVersion(options.version())
            .setSagaId(options.sagaId())
            .setInput(Payloads.toStruct("input", input))
            .putAllLabels(options.labels())
            .putAllMetadata(options.metadata())
            .setRequestId(Calls.requestId(options.requestId()))
            .setView(options.view().wire);
    if (options.deadline() != null) request.setDeadline(toProto(options.deadline()));
    // The start is repeated rather than the saga asked for: a store that lost it meanwhile starts it anew.
    for (boolean isNew = false; ; Waiting.pause()) {
      Duration wait = waiting.next();
      StartSagaRequest next = wait.isZero() ? request.clearWait().build() : request.setWait(toProto(wait)).build();
      StartSagaResponse answer = calls.call(sagas, wait, stub -> stub.startSaga(next));
      isNew |= answer.getStarted();
      Saga saga = given(answer.hasSaga(), answer.getSaga());
      if (saga.isFinal() || waiting.isOver()) return new Started(saga, isNew);
    }
  }

  Saga get(String sagaId, View view) {
    GetSagaRequest request = requestFor(sagaId, view).build();
    var answer = calls.call(sagas, stub -> stub.getSaga(request));
    return given(answer.hasSaga(), answer.getSaga());
  }

  Saga waitFor(String sagaId, Waiting waiting, View view) {
    for (; ; Waiting.pause()) {
      Duration wait = waiting.next();
      GetSagaRequest request = requestFor(sagaId, view).setWait(toProto(wait)).build();
      var answer = calls.call(sagas, wait, stub -> stub.getSaga(request));
      Saga saga = given(answer.hasSaga(), answer.getSaga());
      if (saga.isFinal() || waiting.isOver()) return saga;
    }
  }

  SagaWatch watch(String sagaId, long afterRevision, View view) {
    WatchSagaRequest request =
        WatchSagaRequest.newBuilder().setNamespace(namespace).setSagaId(sagaId).setView(view.wire).build();
    return new SagaWatch(sagas, calls, request, afterRevision);
  }

  Saga cancel(String sagaId, CancelOptions options) {
    Waiting waiting = new Waiting(options.waitFor());
    Duration wait = waiting.next();
    CancelSagaRequest.Builder request =
        CancelSagaRequest.newBuilder()
            .setNamespace(namespace)
            .setSagaId(sagaId)
            .setRequestId(Calls.requestId(options.requestId()))
            .setIdentity(options.identity())
            .setReason(options.reason())
            .setExpectedRevision(options.expectedRevision())
            .setView(options.view().wire);
    if (!wait.isZero()) request.setWait(toProto(wait));
    var answer = calls.call(sagas, wait, stub -> stub.cancelSaga(request.build()));
    Saga saga = given(answer.hasSaga(), answer.getSaga());
    return saga.isFinal() || waiting.isOver() ? saga : waitFor(sagaId, waiting, options.view());
  }

  /** The saga of an answer. Throws a BackstitchException where it has none. */
  static Saga given(boolean isThere, io.backstitch.v1.Saga saga) {
    if (!isThere) throw BackstitchException.incomplete();
    return Plain.saga(saga);
  }

  private GetSagaRequest.Builder requestFor(String sagaId, View view) {
    return GetSagaRequest.newBuilder().setNamespace(namespace).setSagaId(sagaId).setView(view.wire);
  }

  private static com.google.protobuf.Duration toProto(Duration duration) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }
}
