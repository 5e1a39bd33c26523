package io.backstitch.participant;

import io.backstitch.v1.DoRequest;
import io.backstitch.v1.DoResponse;
import io.backstitch.v1.ParticipantServiceGrpc.ParticipantServiceImplBase;
import io.backstitch.v1.ServeRequest;
import io.backstitch.v1.ServeResponse;
import io.backstitch.v1.UndoRequest;
import io.backstitch.v1.UndoResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;

/** The service that every participant implements, over an executor. */
final class ParticipantService extends ParticipantServiceImplBase {
  private final CommandExecutor executor;
  private final ScheduledExecutorService writer;
  private final boolean serve;
  private final Unary unary;
  private final Set<ServeStream> streams = ConcurrentHashMap.newKeySet();
  private volatile boolean draining;

  /**
   * @param writer one thread, which writes to all streams
   * @param serve whether streams are offered beside unary calls
   */
  ParticipantService(CommandExecutor executor, ScheduledExecutorService writer, boolean serve) {
    this.executor = executor;
    this.writer = writer;
    this.serve = serve;
    this.unary = new Unary(executor);
  }

  @Override
  public void do_(DoRequest request, StreamObserver<DoResponse> reply) {
    unary.apply(request, reply);
  }

  @Override
  public void undo(UndoRequest request, StreamObserver<UndoResponse> reply) {
    unary.undo(request, reply);
  }

  @Override
  public StreamObserver<ServeRequest> serve(StreamObserver<ServeResponse> peer) {
    if (!serve) {
      String message = "this participant serves unary calls only";
      peer.onError(Status.UNIMPLEMENTED.withDescription(message).asRuntimeException());
      return new Ignored();
    }
    ServeStream stream = new ServeStream(executor, peer, writer);
    streams.add(stream);
    stream.closed().thenRun(() -> streams.remove(stream));
    if (draining) stream.drain();
    return stream;
  }

  /** Lets every stream end; done when all have. */
  CompletableFuture<Void> drain() {
    draining = true;
    streams.forEach(ServeStream::drain);
    return CompletableFuture.allOf(streams.stream().map(ServeStream::closed).toArray(CompletableFuture[]::new));
  }

  /** What comes on a stream that was refused. */
  private static final class Ignored implements StreamObserver<ServeRequest> {
    @Override
    public void onNext(ServeRequest request) {}

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onCompleted() {}
  }
}
