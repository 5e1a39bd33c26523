package io.backstitch.participant;

import io.backstitch.internal.Direction;
import io.backstitch.internal.Outcome;
import io.backstitch.internal.Outcomes;
import io.backstitch.v1.CommandContext;
import io.backstitch.v1.CommandResult;
import io.backstitch.v1.ServeRequest;
import io.backstitch.v1.ServeResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A Serve stream: commands in, results out, many per message. Rules:
 *
 * <ul>
 *   <li>S1 results that are ready when the writer comes round leave together, in messages of bounded size;
 *   <li>S2 while the peer does not take what was written, or too much is in flight, nothing more is read;
 *   <li>S3 a cancelled command is answered no more; its call is aborted if nobody else waits for it;
 *   <li>S4 a stream that drains says so, goes on answering, and ends once nothing is in flight and either the peer has
 *       closed its side or a moment has passed in which commands under way could arrive.
 * </ul>
 *
 * <p>Only the writer's thread writes to the peer; gRPC calls the rest from one thread at a time.
 */
final class ServeStream implements StreamObserver<ServeRequest> {
  /** Where a message is closed and another one begun: a result of the largest size still fits under 1 MiB. */
  private static final int MESSAGE_BYTES = 512 * 1024;

  /** Above this many commands in flight on one stream no more are read. Orchestrators keep far fewer. */
  private static final int MAX_IN_FLIGHT = 4096;

  /** How long a draining stream stays for commands that were under way. */
  private static final long LINGER_MS = 100;

  private final CommandExecutor executor;
  private final ServerCallStreamObserver<ServeResponse> peer;
  private final ScheduledExecutorService writer;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  private final Map<Long, StreamWaiter> waiting = new HashMap<>();
  private final Queue<CommandResult> results = new ArrayDeque<>();
  private boolean flushing;
  private boolean readOwed;
  private boolean draining;
  private boolean drainSaid;
  private boolean lingered;
  private boolean peerClosed;
  private boolean over;

  /** Serves until the stream ends. Call it while gRPC opens the stream. */
  ServeStream(CommandExecutor executor, StreamObserver<ServeResponse> peer, ScheduledExecutorService writer) {
    this.executor = executor;
    this.peer = (ServerCallStreamObserver<ServeResponse>) peer;
    this.writer = writer;
    this.peer.disableAutoRequest();
    this.peer.setOnCancelHandler(this::finish);
    this.peer.setOnReadyHandler(this::scheduleFlush);
    this.peer.request(1);
  }

  /** Done when the stream is over. */
  CompletableFuture<Void> closed() {
    return closed;
  }

  /** Tells the peer to send no more, and ends the stream when its commands are answered. */
  void drain() {
    synchronized (this) {
      if (draining) return;
      draining = true;
    }
    scheduleFlush();
    writer.schedule(this::linger, LINGER_MS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void onNext(ServeRequest request) {
    // The next attempt of a cancelled call may be in the same message, and must not join it.
    for (long id : request.getCancelList()) cancel(id);
    for (io.backstitch.v1.Command command : request.getCommandsList()) accept(command);
    synchronized (this) {
      readOwed = waiting.size() >= MAX_IN_FLIGHT || !peer.isReady();
      if (readOwed) return;
    }
    peer.request(1);
  }

  @Override
  public void onError(Throwable error) {
    finish();
  }

  @Override
  public void onCompleted() {
    synchronized (this) {
      peerClosed = true;
    }
    scheduleFlush();
  }

  private void accept(io.backstitch.v1.Command wire) {
    long id = wire.getCorrelationId();
    StreamWaiter waiter = new StreamWaiter(id);
    synchronized (this) {
      // Two answers under one id could not be told apart: the first command keeps it.
      if (over || waiting.putIfAbsent(id, waiter) != null) return;
    }
    if (wire.getDirection() == io.backstitch.v1.Direction.DIRECTION_UNSPECIFIED) {
      waiter.answer(Outcomes.failed(Status.Code.INVALID_ARGUMENT, "the command has no direction"));
    } else {
      waiter.call = executor.run(toCommand(wire), waiter);
    }
  }

  private void cancel(long id) {
    StreamWaiter waiter;
    synchronized (this) {
      waiter = waiting.remove(id);
      if (waiter == null) return;
    }
    waiter.leave();
    scheduleFlush();
  }

  private void finish() {
    List<StreamWaiter> left;
    synchronized (this) {
      if (over) return;
      over = true;
      left = new ArrayList<>(waiting.values());
      waiting.clear();
      results.clear();
    }
    left.forEach(StreamWaiter::leave);
    closed.complete(null);
  }

  private synchronized void linger() {
    lingered = true;
    scheduleFlush();
  }

  private synchronized void scheduleFlush() {
    if (flushing || over) return;
    flushing = true;
    try {
      writer.execute(this::flush);
    } catch (RejectedExecutionException fault) {
      // The server has stopped, and closes every stream.
      flushing = false;
    }
  }

  /** Runs on the writer's thread. */
  private void flush() {
    // Lets handlers that are about to answer do so, at the price of nothing where there are none.
    Thread.yield();
    synchronized (this) {
      flushing = false;
    }
    while (peer.isReady()) {
      ServeResponse message = takeMessage();
      if (message == null) break;
      peer.onNext(message);
    }
    boolean end;
    boolean read;
    synchronized (this) {
      boolean answered = waiting.isEmpty() && results.isEmpty();
      end = !over && answered && (peerClosed || (drainSaid && lingered));
      read = !over && readOwed && waiting.size() < MAX_IN_FLIGHT && peer.isReady();
      if (read) readOwed = false;
    }
    if (end) {
      peer.onCompleted();
      finish();
    } else if (read) {
      peer.request(1);
    }
  }

  /** Null: there is nothing to say. */
  private synchronized ServeResponse takeMessage() {
    if (over || (results.isEmpty() && draining == drainSaid)) return null;
    ServeResponse.Builder message = ServeResponse.newBuilder().setDraining(draining);
    int bytes = 0;
    while (!results.isEmpty() && bytes < MESSAGE_BYTES) {
      CommandResult result = results.remove();
      bytes += result.getSerializedSize();
      message.addResults(result);
    }
    drainSaid = draining;
    return message.build();
  }

  private Command toCommand(io.backstitch.v1.Command wire) {
    CommandContext context = wire.getContext();
    boolean backward = wire.getDirection() == io.backstitch.v1.Direction.DIRECTION_BACKWARD;
    return new Command(
        backward ? Direction.UNDO : Direction.DO,
        context,
        Payload.of(wire.getInput()),
        Payload.of(wire.getDoInput()),
        Payload.of(wire.getDoOutput()),
        Command.deadlineOf(context, executor.nowMs()));
  }

  private final class StreamWaiter implements Waiter {
    private final long id;

    /** Null: refused at once. Only gRPC's thread looks at it. */
    private RunningCall call;

    StreamWaiter(long id) {
      this.id = id;
    }

    @Override
    public void answer(Outcome outcome) {
      CommandResult result = Results.of(id, outcome);
      synchronized (ServeStream.this) {
        // Not so if the command was cancelled, or its stream is over.
        if (!waiting.remove(id, this)) return;
        results.add(result);
      }
      scheduleFlush();
    }

    void leave() {
      if (call != null) executor.leave(call, this);
    }
  }
}
