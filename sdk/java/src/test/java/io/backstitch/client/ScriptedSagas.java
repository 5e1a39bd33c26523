package io.backstitch.client;

import io.backstitch.v1.CancelSagaRequest;
import io.backstitch.v1.CancelSagaResponse;
import io.backstitch.v1.GetSagaRequest;
import io.backstitch.v1.GetSagaResponse;
import io.backstitch.v1.SagaServiceGrpc.SagaServiceImplBase;
import io.backstitch.v1.StartSagaRequest;
import io.backstitch.v1.StartSagaResponse;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Gives sagas as a test says, and keeps what it was asked. */
final class ScriptedSagas extends SagaServiceImplBase {
  static final io.backstitch.v1.Saga RUNNING =
      io.backstitch.v1.Saga.newBuilder()
          .setSagaId("s1")
          .setStatus(io.backstitch.v1.SagaStatus.SAGA_STATUS_RUNNING)
          .setDirection(io.backstitch.v1.Direction.DIRECTION_FORWARD)
          .setRevision(1)
          .build();
  static final io.backstitch.v1.Saga COMPLETED =
      RUNNING.toBuilder().setStatus(io.backstitch.v1.SagaStatus.SAGA_STATUS_COMPLETED).setRevision(5).build();

  final List<GetSagaRequest> gets = new CopyOnWriteArrayList<>();
  final List<StartSagaRequest> starts = new CopyOnWriteArrayList<>();
  final List<CancelSagaRequest> cancels = new CopyOnWriteArrayList<>();

  /** What the call of this number, from 1 for each method, gives, or throws; null: no answer. */
  volatile Function<Integer, io.backstitch.v1.Saga> saga = call -> RUNNING;

  @Override
  public void getSaga(GetSagaRequest request, StreamObserver<GetSagaResponse> answer) {
    gets.add(request);
    give(gets.size(), answer, saga -> GetSagaResponse.newBuilder().setSaga(saga).build());
  }

  @Override
  public void startSaga(StartSagaRequest request, StreamObserver<StartSagaResponse> answer) {
    starts.add(request);
    boolean started = starts.size() == 1;
    give(
        starts.size(),
        answer,
        saga -> StartSagaResponse.newBuilder().setSaga(saga).setStarted(started).build());
  }

  @Override
  public void cancelSaga(CancelSagaRequest request, StreamObserver<CancelSagaResponse> answer) {
    cancels.add(request);
    give(cancels.size(), answer, saga -> CancelSagaResponse.newBuilder().setSaga(saga).build());
  }

  private <A> void give(int call, StreamObserver<A> answer, Function<io.backstitch.v1.Saga, A> toAnswer) {
    try {
      io.backstitch.v1.Saga given = saga.apply(call);
      if (given == null) return;
      answer.onNext(toAnswer.apply(given));
      answer.onCompleted();
    } catch (StatusRuntimeException error) {
      answer.onError(error);
    }
  }
}
