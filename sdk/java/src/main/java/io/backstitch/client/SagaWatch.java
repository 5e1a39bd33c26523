package io.backstitch.client;

import io.backstitch.v1.SagaServiceGrpc.SagaServiceBlockingStub;
import io.backstitch.v1.WatchSagaRequest;
import io.backstitch.v1.WatchSagaResponse;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * A saga as it is, and then at every change until it is final, across broken connections. It is read once:
 *
 * <pre>{@code
 * try (SagaWatch watch = client.watch("order-1")) {
 *   for (Saga saga : watch) System.out.println(saga.status());
 * }
 * }</pre>
 *
 * Reading it blocks until the next change and throws a {@link BackstitchException} where the saga cannot be followed.
 * One thread may read while another one closes, which ends the reading.
 */
public final class SagaWatch implements Iterable<Saga>, AutoCloseable {
  private final SagaServiceBlockingStub sagas;
  private final Calls calls;
  private final WatchSagaRequest request;
  private final Context.CancellableContext context = Context.current().withCancellation();
  private final Changes changes = new Changes();

  /** The last revision that was read. */
  private long seen;

  SagaWatch(SagaServiceBlockingStub sagas, Calls calls, WatchSagaRequest request, long afterRevision) {
    this.sagas = sagas;
    this.calls = calls;
    this.request = request;
    this.seen = afterRevision;
  }

  /** The changes that were not read yet: always the same iterator. */
  @Override
  public Iterator<Saga> iterator() {
    return changes;
  }

  /** Ends it, whoever may be reading. */
  @Override
  public void close() {
    context.cancel(null);
  }

  private final class Changes implements Iterator<Saga> {
    /** The stream that is open; null where there is none. */
    private Iterator<WatchSagaResponse> stream;

    /** What was read and not yet given. */
    private Saga next;

    private boolean ended;
    private boolean connected;
    private int failed;

    @Override
    public boolean hasNext() {
      while (next == null && !ended && !context.isCancelled()) {
        try {
          if (stream == null) stream = open();
          if (stream.hasNext()) take(stream.next());
          else resume();
        } catch (StatusRuntimeException error) {
          stream = null;
          if (!context.isCancelled()) pause(error);
        }
      }
      return next != null;
    }

    @Override
    public Saga next() {
      if (!hasNext()) throw new NoSuchElementException();
      Saga given = next;
      next = null;
      if (given.isFinal()) {
        ended = true;
        close();
      }
      return given;
    }

    private Iterator<WatchSagaResponse> open() {
      WatchSagaRequest from = request.toBuilder().setAfterRevision(seen).build();
      Context before = context.attach();
      try {
        return sagas.watchSaga(from);
      } finally {
        context.detach(before);
      }
    }

    private void take(WatchSagaResponse answer) {
      failed = 0;
      connected = true;
      if (!answer.hasSaga() || answer.getSaga().getRevision() <= seen) return;
      seen = answer.getSaga().getRevision();
      next = Plain.saga(answer.getSaga());
    }

    /** The server has ended the stream before the saga was final. */
    private void resume() {
      stream = null;
      Waiting.pause();
    }

    private void pause(StatusRuntimeException error) {
      try {
        if (connected) calls.pauseToResume(error, failed++);
        else calls.pauseOrThrow(error, failed++);
      } catch (BackstitchException definite) {
        close();
        throw definite;
      }
    }
  }
}
