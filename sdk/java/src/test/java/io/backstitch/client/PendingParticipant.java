package io.backstitch.client;

import io.backstitch.v1.CommandContext;
import io.backstitch.v1.DoRequest;
import io.backstitch.v1.DoResponse;
import io.backstitch.v1.ParticipantServiceGrpc.ParticipantServiceImplBase;
import io.backstitch.v1.Pending;
import io.backstitch.v1.UndoDone;
import io.backstitch.v1.UndoRequest;
import io.backstitch.v1.UndoResponse;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A participant, over unary calls, that accepts every Do for later. */
final class PendingParticipant extends ParticipantServiceImplBase {
  private final BlockingQueue<CommandContext> accepted = new LinkedBlockingQueue<>();

  /** The next Do of this saga; those of others, left over by other tests, are passed over. */
  CommandContext next(String sagaId) throws InterruptedException {
    while (true) {
      CommandContext context = accepted.poll(10, TimeUnit.SECONDS);
      if (context == null) throw new AssertionError("no Do came for " + sagaId);
      if (context.getSagaId().equals(sagaId)) return context;
    }
  }

  @Override
  public void do_(DoRequest request, StreamObserver<DoResponse> answer) {
    accepted.add(request.getContext());
    answer.onNext(DoResponse.newBuilder().setPending(Pending.getDefaultInstance()).build());
    answer.onCompleted();
  }

  @Override
  public void undo(UndoRequest request, StreamObserver<UndoResponse> answer) {
    answer.onNext(UndoResponse.newBuilder().setDone(UndoDone.getDefaultInstance()).build());
    answer.onCompleted();
  }
}
