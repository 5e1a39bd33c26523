package io.backstitch.participant;

import com.google.protobuf.ByteString;
import io.backstitch.v1.Command;
import io.backstitch.v1.CommandResult;
import io.backstitch.v1.Direction;
import io.backstitch.v1.ParticipantServiceGrpc;
import io.backstitch.v1.ServeRequest;
import io.backstitch.v1.ServeResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** A Serve stream. */
final class StreamLink implements Link {
  /** What came, in order. */
  final List<ServeResponse> messages = new CopyOnWriteArrayList<>();

  /** The status with which the stream ended. */
  final CompletableFuture<Status.Code> ended = new CompletableFuture<>();

  private final ManagedChannel channel;
  private final Map<Long, CompletableFuture<Answer>> waiting = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong();
  private final boolean reads;
  private ClientCallStreamObserver<ServeRequest> requests;

  StreamLink(String address) {
    this(Grpc.newChannelBuilder(address, InsecureChannelCredentials.create()).build(), true);
  }

  /**
   * A link on a channel of its own.
   *
   * @param reads false: it reads nothing until {@link #read} says so
   */
  StreamLink(ManagedChannel channel, boolean reads) {
    this.channel = channel;
    this.reads = reads;
    ParticipantServiceGrpc.newStub(channel).serve(new Responses());
  }

  @Override
  public Sent send(Sending command) {
    return sendAll(List.of(command)).get(0);
  }

  /** Sends many in one message. */
  synchronized List<Sent> sendAll(List<Sending> commands) {
    ServeRequest.Builder request = ServeRequest.newBuilder();
    List<Sent> sent = new ArrayList<>();
    for (Sending command : commands) {
      long id = ids.incrementAndGet();
      CompletableFuture<Answer> answer = new CompletableFuture<>();
      waiting.put(id, answer);
      request.addCommands(toCommand(id, command));
      sent.add(new Sent(answer, () -> cancel(id)));
    }
    if (!ended.isDone()) requests.onNext(request.build());
    // The stream may have ended between the two.
    if (ended.isDone()) failWaiting(ended.join());
    return sent;
  }

  /** Sends a message as it is. */
  synchronized void sendRaw(ServeRequest request) {
    requests.onNext(request);
  }

  static Command toCommand(long id, Sending command) {
    return Command.newBuilder()
        .setCorrelationId(id)
        .setDirection(command.undo ? Direction.DIRECTION_BACKWARD : Direction.DIRECTION_FORWARD)
        .setContext(command.context())
        .setInput(ByteString.copyFromUtf8(command.input))
        .setDoInput(ByteString.copyFromUtf8(command.doInput))
        .setDoOutput(ByteString.copyFromUtf8(command.doOutput))
        .build();
  }

  /** Reads so many messages more. */
  void read(int count) {
    requests.request(count);
  }

  synchronized void halfClose() {
    requests.onCompleted();
  }

  int results() {
    return messages.stream().mapToInt(ServeResponse::getResultsCount).sum();
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  private synchronized void cancel(long id) {
    requests.onNext(ServeRequest.newBuilder().addCancel(id).build());
  }

  private void failWaiting(Status.Code status) {
    waiting.values().forEach(answer -> answer.complete(Answer.error(status.value(), "the stream has ended", 0)));
  }

  private final class Responses implements ClientResponseObserver<ServeRequest, ServeResponse> {
    @Override
    public void beforeStart(ClientCallStreamObserver<ServeRequest> stream) {
      requests = stream;
      if (!reads) stream.disableAutoRequestWithInitial(0);
    }

    @Override
    public void onNext(ServeResponse message) {
      messages.add(message);
      for (CommandResult result : message.getResultsList()) {
        CompletableFuture<Answer> answer = waiting.remove(result.getCorrelationId());
        if (answer != null) answer.complete(Answer.of(result));
      }
    }

    @Override
    public void onError(Throwable error) {
      ended.complete(Status.fromThrowable(error).getCode());
      failWaiting(ended.join());
    }

    @Override
    public void onCompleted() {
      ended.complete(Status.Code.OK);
    }
  }
}
