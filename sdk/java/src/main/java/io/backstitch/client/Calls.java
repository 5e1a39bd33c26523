package io.backstitch.client;

import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractStub;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Makes calls, again after transient failures: every request is idempotent, by nature or by its request id. */
final class Calls {
  /** What a call may take beyond the time that it asks the server to wait. */
  private static final long CALL_MS = 15_000;

  private static final int ATTEMPTS = 5;

  private final ManagedChannel channel;

  Calls(ManagedChannel channel) {
    this.channel = channel;
  }

  /** The id given, or a random one: made once for a call and kept over its repeats. */
  static String requestId(String given) {
    return given.isEmpty() ? UUID.randomUUID().toString() : given;
  }

  /**
   * Makes a call that does not ask the server to wait.
   *
   * @throws BackstitchException for what the server, or the way to it, refuses
   */
  <S extends AbstractStub<S>, A> A call(S stub, Function<S, A> call) {
    return call(stub, Duration.ZERO, call);
  }

  /** Makes a call that asks the server to wait so long. */
  <S extends AbstractStub<S>, A> A call(S stub, Duration wait, Function<S, A> call) {
    for (int failed = 0; ; failed++) {
      try {
        return call.apply(stub.withDeadlineAfter(wait.toMillis() + CALL_MS, TimeUnit.MILLISECONDS));
      } catch (StatusRuntimeException error) {
        pauseOrThrow(error, failed);
      }
    }
  }

  /** Waits before the next attempt, or throws a BackstitchException if there should be none. */
  void pauseOrThrow(StatusRuntimeException error, int failed) {
    if (isUnwanted() || !BackstitchException.isTransient(error) || failed + 1 >= ATTEMPTS) {
      throw BackstitchException.from(error);
    }
    // A connection that was refused is tried again now: by itself it would wait for longer than all attempts take.
    channel.resetConnectBackoff();
    pause((long) (ThreadLocalRandom.current().nextDouble() * (100L << failed)));
  }

  /** As pauseOrThrow for a stream that had been open, which no transient failure ends while its reader wants it. */
  void pauseToResume(StatusRuntimeException error, int failed) {
    pauseOrThrow(error, Math.min(failed, ATTEMPTS - 2));
  }

  /** Waits. Throws a BackstitchException, CANCELLED, if the thread is interrupted. */
  static void pause(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw BackstitchException.cancelled("interrupted", interrupted);
    }
  }

  /** Whether nobody waits for the answer any more. */
  private boolean isUnwanted() {
    return channel.isShutdown() || Thread.currentThread().isInterrupted() || Context.current().isCancelled();
  }
}
