package io.backstitch.participant;

import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.lang.System.Logger;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One or more participants that are served together, such as
 *
 * <pre>Participant.named("payment").action("charge", Action.of(Charge.class, charge, refund)).listen(50051)</pre>
 */
public final class Participant {
  /**
   * An Undo brings three payloads of up to 256 KiB of JSON text. In a unary call each is a Struct, in which a number of
   * one digit, with its comma 2 bytes of text, takes 11.
   */
  private static final int MAX_MESSAGE_BYTES = 5 * 1024 * 1024;

  private static final int LARGEST_PORT = 65_535;
  private static final Duration LEAST_KEEPALIVE = Duration.ofSeconds(10);
  private static final Duration KEEPALIVE_TIMEOUT = Duration.ofSeconds(10);

  /** Clients may ping every 10 s; their clocks are not ours. */
  private static final Duration PERMITTED_PINGS = Duration.ofSeconds(9);

  private final Map<String, Action> actions = new LinkedHashMap<>();
  private final Map<String, String> owners = new HashMap<>();
  private String name;
  private boolean serve = true;
  private Logger logger = System.getLogger("io.backstitch.participant");
  private ParticipantTls tls;
  private Executor handlers;
  private Duration keepalive = Duration.ofSeconds(30);
  private Duration permittedPings = PERMITTED_PINGS;

  private Participant(String name) {
    this.name = name;
  }

  /** Begins with a participant of this name, by which definitions call it; its actions follow. */
  public static Participant named(String name) {
    return new Participant(Objects.requireNonNull(name, "name"));
  }

  /** The actions that follow are those of another participant on the same server. */
  public Participant and(String name) {
    this.name = Objects.requireNonNull(name, "name");
    return this;
  }

  /**
   * Offers an action. A command carries only the action's name, so that must be unique in a server.
   *
   * @throws IllegalArgumentException if the name is taken
   */
  public Participant action(String action, Action handlers) {
    Objects.requireNonNull(handlers, "handlers");
    String owner = owners.putIfAbsent(Objects.requireNonNull(action, "action"), name);
    if (owner != null) {
      throw new IllegalArgumentException(
          "both \"" + owner + "\" and \"" + name + "\" have an action \"" + action
              + "\": a command names only the action, so within one server its name must be unique");
    }
    actions.put(action, handlers);
    return this;
  }

  /** Whether the Serve stream is offered beside the unary calls. Default true. */
  public Participant serve(boolean serve) {
    this.serve = serve;
    return this;
  }

  /** Where failures of handlers are reported, without payloads. Default: {@code io.backstitch.participant}. */
  public Participant logger(Logger logger) {
    this.logger = Objects.requireNonNull(logger, "logger");
    return this;
  }

  /** Default: plain text. */
  public Participant tls(ParticipantTls tls) {
    this.tls = tls;
    return this;
  }

  /**
   * Runs the handlers, such as one virtual thread each. It must take what comes, or refuse it; it is not shut down.
   * Default: as many threads as there are calls at once.
   */
  public Participant executor(Executor executor) {
    this.handlers = Objects.requireNonNull(executor, "executor");
    return this;
  }

  /**
   * How long a connection may be silent before it is asked for a sign of life; 10 seconds without one close it. At
   * least 10 seconds, by default 30.
   */
  public Participant keepalive(Duration silence) {
    if (silence.compareTo(LEAST_KEEPALIVE) < 0) throw new IllegalArgumentException("keepalive is at least 10 seconds");
    this.keepalive = silence;
    return this;
  }

  /** For tests: clients that ping more often are cut off. */
  Participant permittedPings(Duration every) {
    this.permittedPings = every;
    return this;
  }

  /** Serves on the loopback interface; port 0 picks a free one. */
  public ParticipantServer listen(int port) throws IOException {
    return listen(port, "127.0.0.1");
  }

  /**
   * Serves on an address of this machine; port 0 picks a free one. A server that others may reach ought to use TLS.
   *
   * @throws IOException if the address cannot be had
   */
  public ParticipantServer listen(int port, String host) throws IOException {
    if (actions.isEmpty()) throw new IllegalStateException("a participant needs at least one action");
    if (port < 0 || port > LARGEST_PORT) throw new IllegalArgumentException("a port is from 0 to 65535");
    ScheduledThreadPoolExecutor writer = new ScheduledThreadPoolExecutor(1, threads("backstitch-writer"));
    writer.setRemoveOnCancelPolicy(true);
    writer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    ExecutorService own = Executors.newCachedThreadPool(threads("backstitch-handler"));
    CommandExecutor executor =
        new CommandExecutor(
            actions,
            handlers == null ? own : handlers,
            own,
            writer,
            new FailureLog(logger),
            System::currentTimeMillis);
    ParticipantService service = new ParticipantService(executor, writer, serve);
    HealthStatusManager health = new HealthStatusManager();
    Runnable release =
        () -> {
          writer.shutdown();
          own.shutdown();
        };
    try {
      Server server = build(new InetSocketAddress(host, port), service, health).start();
      return new ParticipantServer(host, server, health, service, executor, release);
    } catch (IOException | RuntimeException fault) {
      release.run();
      throw fault;
    }
  }

  private Server build(InetSocketAddress address, ParticipantService service, HealthStatusManager health)
      throws IOException {
    var credentials = tls == null ? InsecureServerCredentials.create() : tls.toCredentials();
    return NettyServerBuilder.forAddress(address, credentials)
        // Nothing here blocks: handlers have threads of their own.
        .directExecutor()
        .addService(service)
        .addService(health.getHealthService())
        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
        .keepAliveTime(keepalive.toMillis(), TimeUnit.MILLISECONDS)
        .keepAliveTimeout(KEEPALIVE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .permitKeepAliveTime(permittedPings.toMillis(), TimeUnit.MILLISECONDS)
        .permitKeepAliveWithoutCalls(true)
        .build();
  }

  private static ThreadFactory threads(String name) {
    AtomicInteger count = new AtomicInteger();
    return (work) -> {
      Thread thread = new Thread(work, name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
