package io.backstitch.participant;

import java.io.IOException;
import java.lang.System.Logger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.CopyOnWriteArrayList;

/** Participants and links of one test, which end with it. */
final class Serving implements AutoCloseable {
  /** A logger that keeps what it hears. */
  static final class Heard implements Logger {
    final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    public String getName() {
      return "heard";
    }

    @Override
    public boolean isLoggable(Level level) {
      return true;
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
      lines.add(level + " " + message + " " + thrown);
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
      lines.add(level + " " + format);
    }
  }

  final Heard heard = new Heard();
  private final List<AutoCloseable> open = new ArrayList<>();

  /** A participant, still to be given its actions; it logs to {@link #heard}. */
  Participant participant() {
    return Participant.named("payment").logger(heard);
  }

  ParticipantServer listen(Participant participant) throws IOException {
    ParticipantServer server = participant.listen(0);
    open.add(() -> server.stop(Duration.ZERO));
    return server;
  }

  /** A server of one action, "charge", and of "ping", which does nothing. */
  ParticipantServer charge(Action charge) throws IOException {
    return listen(participant().action("charge", charge).action("ping", Action.of((input, context) -> null)));
  }

  Link connect(Link.Way way, ParticipantServer server) {
    Link link = way.connect(server.address());
    open.add(link);
    return link;
  }

  StreamLink stream(ParticipantServer server) {
    return (StreamLink) connect(Link.Way.SERVE, server);
  }

  <T extends AutoCloseable> T with(T closeable) {
    open.add(closeable);
    return closeable;
  }

  @Override
  public void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) open.get(i).close();
  }
}
