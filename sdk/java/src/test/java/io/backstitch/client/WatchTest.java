package io.backstitch.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.backstitch.v1.ErrorCode;
import io.backstitch.v1.SagaServiceGrpc.SagaServiceImplBase;
import io.backstitch.v1.SagaStatus;
import io.backstitch.v1.WatchSagaRequest;
import io.backstitch.v1.WatchSagaResponse;
import io.grpc.Status.Code;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Watches against a server that answers as each test says. */
@Timeout(20)
class WatchTest {
  /** The revisions after which was asked, one for each stream. */
  private final List<Long> after = new CopyOnWriteArrayList<>();

  private final CountDownLatch cancelled = new CountDownLatch(1);
  private ScriptedServer server;
  private Client client;

  /** What each stream does is told the stream's number, from 1, and where to answer. */
  private void connect(BiConsumer<Integer, StreamObserver<WatchSagaResponse>> script) throws Exception {
    server =
        new ScriptedServer(
            new SagaServiceImplBase() {
              @Override
              public void watchSaga(WatchSagaRequest request, StreamObserver<WatchSagaResponse> answer) {
                ((ServerCallStreamObserver<WatchSagaResponse>) answer).setOnCancelHandler(cancelled::countDown);
                after.add(request.getAfterRevision());
                script.accept(after.size(), answer);
              }
            });
    client = Client.connect(server.address());
  }

  @AfterEach
  void close() throws Exception {
    if (client != null) client.close();
    if (server != null) server.close();
  }

  private static WatchSagaResponse at(long revision, SagaStatus status) {
    return WatchSagaResponse.newBuilder()
        .setSaga(io.backstitch.v1.Saga.newBuilder().setSagaId("s1").setRevision(revision).setStatus(status))
        .build();
  }

  private static WatchSagaResponse running(long revision) {
    return at(revision, SagaStatus.SAGA_STATUS_RUNNING);
  }

  private static WatchSagaResponse completed(long revision) {
    return at(revision, SagaStatus.SAGA_STATUS_COMPLETED);
  }

  private static List<Long> revisions(SagaWatch watch) {
    List<Long> revisions = new ArrayList<>();
    for (Saga saga : watch) revisions.add(saga.revision());
    return revisions;
  }

  @Test
  @DisplayName("watching follows a saga to its end over streams that break")
  void breaks() throws Exception {
    connect(
        (stream, answer) -> {
          if (stream == 1) {
            answer.onNext(running(1));
            answer.onNext(running(2));
            answer.onError(ScriptedServer.unavailable());
          } else if (stream < 9) {
            // More often than a call that never came through is made again.
            answer.onError(ScriptedServer.unavailable());
          } else if (stream == 9) {
            answer.onCompleted();
          } else {
            answer.onNext(running(2));
            answer.onNext(completed(5));
          }
        });
    assertEquals(List.of(1L, 2L, 5L), revisions(client.watch("s1")));
    assertEquals(List.of(0L, 2L, 2L, 2L, 2L, 2L, 2L, 2L, 2L, 2L), after);
  }

  @Test
  @DisplayName("watching from a revision asks for what comes after it")
  void fromRevision() throws Exception {
    connect((stream, answer) -> answer.onNext(completed(5)));
    assertEquals(List.of(5L), revisions(client.watch("s1", 3, View.FULL)));
    assertEquals(List.of(3L), after);
  }

  @Test
  @DisplayName("watching a saga that is not there fails at once, one that never answers after five attempts")
  void fails() throws Exception {
    connect(
        (stream, answer) ->
            answer.onError(
                stream == 1
                    ? ScriptedServer.error(Code.NOT_FOUND, "no such saga", ErrorCode.ERROR_CODE_SAGA_NOT_FOUND)
                    : ScriptedServer.unavailable()));
    var missing = assertThrows(BackstitchException.class, () -> client.watch("s1").iterator().next());
    assertEquals("SAGA_NOT_FOUND", missing.code());
    assertEquals(1, after.size());
    assertThrows(BackstitchException.class, () -> client.watch("s1").iterator().next());
    assertEquals(6, after.size());
  }

  @Test
  @DisplayName("closing a watch ends the stream, and whoever reads it")
  void closes() throws Exception {
    connect((stream, answer) -> answer.onNext(running(1)));
    try (SagaWatch watch = client.watch("s1")) {
      assertEquals(1, watch.iterator().next().revision());
      List<Boolean> more = new CopyOnWriteArrayList<>();
      Thread reader = new Thread(() -> more.add(watch.iterator().hasNext()));
      reader.start();
      watch.close();
      reader.join();
      assertEquals(List.of(false), more);
      assertFalse(watch.iterator().hasNext());
    }
    cancelled.await(10, TimeUnit.SECONDS);
    assertEquals(0, cancelled.getCount());
  }
}
