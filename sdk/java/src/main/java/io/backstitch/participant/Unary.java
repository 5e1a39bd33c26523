package io.backstitch.participant;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.RetryInfo;
import io.backstitch.internal.Direction;
import io.backstitch.internal.Outcome;
import io.backstitch.v1.CommandContext;
import io.backstitch.v1.DoDone;
import io.backstitch.v1.DoRequest;
import io.backstitch.v1.DoResponse;
import io.backstitch.v1.Pending;
import io.backstitch.v1.Rejected;
import io.backstitch.v1.UndoDone;
import io.backstitch.v1.UndoRequest;
import io.backstitch.v1.UndoResponse;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The unary Do and Undo over the executor. */
final class Unary {
  private final CommandExecutor executor;

  Unary(CommandExecutor executor) {
    this.executor = executor;
  }

  void apply(DoRequest request, StreamObserver<DoResponse> reply) {
    CommandContext context = request.getContext();
    Payload input = Payload.of(request.hasInput(), request.getInput());
    long deadlineMs = deadlineOf(context);
    Command command = new Command(Direction.DO, context, input, Payload.NONE, Payload.NONE, deadlineMs);
    run(command, reply, Unary::toDoResponse);
  }

  void undo(UndoRequest request, StreamObserver<UndoResponse> reply) {
    CommandContext context = request.getContext();
    Payload input = Payload.of(request.hasInput(), request.getInput());
    Payload doInput = Payload.of(request.hasDoInput(), request.getDoInput());
    Payload doOutput = Payload.of(request.hasDoOutput(), request.getDoOutput());
    Command command = new Command(Direction.UNDO, context, input, doInput, doOutput, deadlineOf(context));
    run(command, reply, Unary::toUndoResponse);
  }

  private <R> void run(Command command, StreamObserver<R> reply, Function<Outcome, R> toResponse) {
    Waiter waiter = outcome -> answer(outcome, reply, toResponse);
    // grpc-java tells of a cancellation after this method has returned.
    RunningCall[] running = new RunningCall[1];
    ((ServerCallStreamObserver<R>) reply)
        .setOnCancelHandler(
            () -> {
              if (running[0] != null) executor.leave(running[0], waiter);
            });
    running[0] = executor.run(command, waiter);
  }

  private static <R> void answer(Outcome outcome, StreamObserver<R> reply, Function<Outcome, R> toResponse) {
    R response;
    try {
      response = toResponse.apply(outcome);
    } catch (StatusRuntimeException failure) {
      reply.onError(failure);
      return;
    }
    reply.onNext(response);
    reply.onCompleted();
  }

  private long deadlineOf(CommandContext context) {
    long deadlineMs = Command.deadlineOf(context, executor.nowMs());
    Deadline own = Context.current().getDeadline();
    return own == null ? deadlineMs : Math.min(deadlineMs, executor.nowMs() + own.timeRemaining(TimeUnit.MILLISECONDS));
  }

  private static DoResponse toDoResponse(Outcome outcome) {
    DoResponse.Builder response = DoResponse.newBuilder();
    if (outcome instanceof Outcome.Done done) response.setDone(DoDone.newBuilder().setOutput(toStruct(done.output())));
    else if (outcome instanceof Outcome.Refused refused) response.setRejected(toRejected(refused));
    else if (outcome instanceof Outcome.Accepted) response.setPending(Pending.getDefaultInstance());
    else throw toStatus((Outcome.Failed) outcome);
    return response.build();
  }

  private static UndoResponse toUndoResponse(Outcome outcome) {
    UndoResponse.Builder response = UndoResponse.newBuilder();
    if (outcome instanceof Outcome.Done) response.setDone(UndoDone.getDefaultInstance());
    else if (outcome instanceof Outcome.Refused refused) response.setRejected(toRejected(refused));
    else if (outcome instanceof Outcome.Accepted) response.setPending(Pending.getDefaultInstance());
    else throw toStatus((Outcome.Failed) outcome);
    return response.build();
  }

  private static Rejected toRejected(Outcome.Refused refused) {
    Rejected.Builder rejected = Rejected.newBuilder().setCode(refused.code()).setMessage(refused.message());
    if (refused.details() != null) rejected.setDetails(toStruct(refused.details()));
    return rejected.build();
  }

  private static Struct toStruct(String json) {
    Struct.Builder struct = Struct.newBuilder();
    try {
      JsonFormat.parser().merge(json, struct);
    } catch (InvalidProtocolBufferException fault) {
      // What was encoded here is JSON; but it may be nested deeper than a message may be.
      throw Status.INTERNAL.withDescription("the answer cannot be encoded").asRuntimeException();
    }
    return struct.build();
  }

  private static StatusRuntimeException toStatus(Outcome.Failed failed) {
    if (failed.retryAfterMs() < 0) {
      return Status.fromCodeValue(failed.status()).withDescription(failed.message()).asRuntimeException();
    }
    long ms = failed.retryAfterMs();
    Duration delay = Duration.newBuilder().setSeconds(ms / 1000).setNanos((int) (ms % 1000) * 1_000_000).build();
    RetryInfo retryInfo = RetryInfo.newBuilder().setRetryDelay(delay).build();
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(failed.status())
            .setMessage(failed.message())
            .addDetails(Any.pack(retryInfo))
            .build());
  }
}
