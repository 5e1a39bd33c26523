package io.backstitch.client;

import static io.backstitch.definition.SagaBuilder.saga;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.backstitch.v1.SagaServiceGrpc;
import io.backstitch.v1.SagaServiceGrpc.SagaServiceBlockingStub;
import io.backstitch.v1.SagaServiceGrpc.SagaServiceImplBase;
import io.backstitch.v1.SignalSagaRequest;
import io.backstitch.v1.SignalSagaResponse;
import io.backstitch.v1.StartSagaRequest;
import io.backstitch.v1.StartSagaResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RepeatFeaturesTest {
  /** Hands calls on to an orchestrator, and loses the first answer to each request. */
  private static final class LossyProxy extends SagaServiceImplBase {
    final List<String> requestIds = new CopyOnWriteArrayList<>();
    private final SagaServiceBlockingStub orchestrator;

    LossyProxy(ManagedChannel channel) {
      orchestrator = SagaServiceGrpc.newBlockingStub(channel);
    }

    @Override
    public void startSaga(StartSagaRequest request, StreamObserver<StartSagaResponse> answer) {
      give(request.getRequestId(), () -> orchestrator.startSaga(request), answer);
    }

    @Override
    public void signalSaga(SignalSagaRequest request, StreamObserver<SignalSagaResponse> answer) {
      give(request.getRequestId(), () -> orchestrator.signalSaga(request), answer);
    }

    private <A> void give(String requestId, Supplier<A> call, StreamObserver<A> answer) {
      boolean isFirst = !requestIds.contains(requestId);
      requestIds.add(requestId);
      A given = call.get();
      if (isFirst) {
        answer.onError(ScriptedServer.unavailable());
        return;
      }
      answer.onNext(given);
      answer.onCompleted();
    }
  }

  @Test
  @DisplayName("[client.repeat] a call whose answer was lost is made again, and takes effect once")
  void repeat() throws Exception {
    String address = Harness.given("BACKSTITCH_ADDRESS");
    String name = Harness.unique("twice");
    ManagedChannel channel = Grpc.newChannelBuilder(address, InsecureChannelCredentials.create()).build();
    LossyProxy proxy = new LossyProxy(channel);
    try (Client direct = Client.connect(address);
        ScriptedServer server = new ScriptedServer(proxy);
        Client client = Client.connect(server.address())) {
      direct.register(saga(name).await("first", "told").await("second", "told").build());
      Saga begun = client.start(name, Map.of("n", 1)).saga();
      client.signal(begun.sagaId(), "told", Map.of("n", 1));
      Saga saga = direct.waitFor(begun.sagaId(), Duration.ofMillis(200));
      assertEquals(StepStatus.DONE, saga.step("first").status());
      assertEquals(StepStatus.WAITING, saga.step("second").status());
      assertEquals(List.of(), saga.signals());

      assertEquals(4, proxy.requestIds.size());
      assertEquals(proxy.requestIds.get(0), proxy.requestIds.get(1));
      assertEquals(proxy.requestIds.get(2), proxy.requestIds.get(3));
      assertEquals(2, proxy.requestIds.stream().distinct().count());
      assertTrue(proxy.requestIds.stream().noneMatch(String::isEmpty));
    } finally {
      channel.shutdownNow();
    }
  }
}
