package io.backstitch.participant;

import io.backstitch.v1.ParticipantServiceGrpc;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A participant that serves. */
public final class ParticipantServer implements AutoCloseable {
  private static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);

  /** How long connections may take to close once everything is answered. */
  private static final long CLOSE_MS = 200;

  private final String host;
  private final Server server;
  private final HealthStatusManager health;
  private final ParticipantService service;
  private final CommandExecutor executor;
  private final Runnable release;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final CountDownLatch stopped = new CountDownLatch(1);

  /**
   * Takes over a server that has started.
   *
   * @param release ends the threads once all is over
   */
  ParticipantServer(
      String host,
      Server server,
      HealthStatusManager health,
      ParticipantService service,
      CommandExecutor executor,
      Runnable release) {
    this.host = host;
    this.server = server;
    this.health = health;
    this.service = service;
    this.executor = executor;
    this.release = release;
    setHealth(health, ServingStatus.SERVING);
  }

  /** The port on which it listens. */
  public int port() {
    return server.getPort();
  }

  /** Host and port, as orchestrators are told of it. */
  public String address() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port();
  }

  /** Stops, letting calls in flight end within 10 seconds. */
  public void stop() {
    stop(DEFAULT_GRACE);
  }

  /**
   * Takes no more calls, lets those in flight end within the grace time, then cancels the rest. Returns when every
   * connection is closed. A second call waits for the first.
   */
  public void stop(Duration grace) {
    try {
      if (stopping.compareAndSet(false, true)) stopNow(grace);
      stopped.await();
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops, as {@link #stop()}. */
  @Override
  public void close() {
    stop();
  }

  /** Waits until it is stopped. Its own threads do not keep the JVM running. */
  public void awaitStopped() throws InterruptedException {
    stopped.await();
  }

  private void stopNow(Duration grace) throws InterruptedException {
    long until = System.nanoTime() + grace.toNanos();
    try {
      setHealth(health, ServingStatus.NOT_SERVING);
      server.shutdown();
      CompletableFuture<Void> drained = service.drain();
      executor.awaitIdle(leftMs(until));
      await(drained, leftMs(until));
      executor.abortAll();
      // A watcher of the health service never ends by itself, so the wait for connections is bounded.
      server.awaitTermination(CLOSE_MS, TimeUnit.MILLISECONDS);
    } finally {
      server.shutdownNow();
      server.awaitTermination(CLOSE_MS, TimeUnit.MILLISECONDS);
      release.run();
      stopped.countDown();
    }
  }

  private static void setHealth(HealthStatusManager health, ServingStatus status) {
    health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
    health.setStatus(ParticipantServiceGrpc.SERVICE_NAME, status);
  }

  private static long leftMs(long until) {
    return Math.max(0, TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime()));
  }

  private static void await(CompletableFuture<Void> drained, long withinMs) throws InterruptedException {
    try {
      drained.get(withinMs, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException late) {
      // The grace time is over.
    }
  }
}
