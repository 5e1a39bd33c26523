package io.backstitch.participant;

import com.google.protobuf.Duration;
import com.google.rpc.RetryInfo;
import io.backstitch.internal.Json;
import io.backstitch.internal.Payloads;
import io.backstitch.v1.DoRequest;
import io.backstitch.v1.ParticipantServiceGrpc;
import io.backstitch.v1.UndoRequest;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Unary calls. */
final class UnaryLink implements Link {
  private final ManagedChannel channel;

  UnaryLink(String address) {
    this(Grpc.newChannelBuilder(address, InsecureChannelCredentials.create()).build());
  }

  UnaryLink(ManagedChannel channel) {
    this.channel = channel;
  }

  @Override
  public Sent send(Sending command) {
    var stub = ParticipantServiceGrpc.newStub(channel);
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    Context.CancellableContext call = Context.current().withCancellation();
    call.run(
        () -> {
          if (command.undo) stub.undo(undoRequest(command), observer(answer, Answer::of));
          else stub.do_(doRequest(command), observer(answer, Answer::of));
        });
    return new Sent(answer, () -> call.cancel(null));
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  private static DoRequest doRequest(Sending command) {
    DoRequest.Builder request = DoRequest.newBuilder().setContext(command.context());
    if (!command.input.isEmpty()) request.setInput(struct(command.input));
    return request.build();
  }

  private static UndoRequest undoRequest(Sending command) {
    UndoRequest.Builder request = UndoRequest.newBuilder().setContext(command.context());
    if (!command.input.isEmpty()) request.setInput(struct(command.input));
    if (!command.doInput.isEmpty()) request.setDoInput(struct(command.doInput));
    if (!command.doOutput.isEmpty()) request.setDoOutput(struct(command.doOutput));
    return request.build();
  }

  private static com.google.protobuf.Struct struct(String json) {
    return Payloads.toStruct("input", Json.parseObject(json));
  }

  private static <R> StreamObserver<R> observer(CompletableFuture<Answer> answer, Function<R, Answer> read) {
    return new StreamObserver<>() {
      @Override
      public void onNext(R response) {
        answer.complete(read.apply(response));
      }

      @Override
      public void onError(Throwable error) {
        Status status = Status.fromThrowable(error);
        String message = status.getDescription() == null ? "" : status.getDescription();
        answer.complete(Answer.error(status.getCode().value(), message, retryAfterMs(error)));
      }

      @Override
      public void onCompleted() {}
    };
  }

  private static long retryAfterMs(Throwable error) {
    var details = StatusProto.fromThrowable(error);
    if (details == null || details.getDetailsCount() == 0) return 0;
    try {
      Duration delay = details.getDetails(0).unpack(RetryInfo.class).getRetryDelay();
      return delay.getSeconds() * 1000 + delay.getNanos() / 1_000_000;
    } catch (com.google.protobuf.InvalidProtocolBufferException fault) {
      throw new AssertionError(fault);
    }
  }
}
