package io.backstitch.participant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;

/** Pings in both directions. Beside other tests, as gRPC's shortest time for its own is ten seconds. */
@Execution(CONCURRENT)
class KeepaliveTest {
  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes();
  private static final byte[] EMPTY_SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};
  private static final byte[] PING = {0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8};

  private final Serving serving = new Serving();

  @AfterEach
  void end() throws Exception {
    serving.close();
  }

  private Participant participant() {
    return serving.participant().action("charge", Action.of((input, context) -> null));
  }

  @Test
  @DisplayName("[participant.keepalive] a silent connection is asked for a sign of life")
  void asksForSignsOfLife() throws Exception {
    var server = serving.listen(participant().keepalive(Duration.ofSeconds(10)));
    try (Socket socket = connect(server)) {
      assertEquals("PING", nextPing(socket));
    }
    assertThrows(IllegalArgumentException.class, () -> participant().keepalive(Duration.ofSeconds(9)));
  }

  @Test
  @DisplayName("a server bears its clients' pings, also without calls, unless they are too many")
  void bearsPings() throws Exception {
    assertEquals(Collections.nCopies(5, "PING ack").toString(), pingFiveTimes(Duration.ofMillis(1)));
    assertThrows(IOException.class, () -> pingFiveTimes(Duration.ofSeconds(9)));
  }

  /** What a server says to a client that pings it. Throws if it closes the connection. */
  private String pingFiveTimes(Duration permitted) throws Exception {
    var server = serving.listen(participant().permittedPings(permitted));
    String[] answers = new String[5];
    try (Socket socket = connect(server)) {
      for (int i = 0; i < answers.length; i++) {
        Thread.sleep(5);
        socket.getOutputStream().write(PING);
        answers[i] = nextPing(socket);
      }
    }
    return List.of(answers).toString();
  }

  private static Socket connect(ParticipantServer server) throws IOException {
    Socket socket = new Socket("127.0.0.1", server.port());
    socket.setSoTimeout(20_000);
    socket.getOutputStream().write(PREFACE);
    socket.getOutputStream().write(EMPTY_SETTINGS);
    return socket;
  }

  /** Reads on until a PING frame comes. */
  private static String nextPing(Socket socket) throws IOException {
    while (true) {
      byte[] header = socket.getInputStream().readNBytes(9);
      if (header.length < 9) throw new IOException("closed");
      int length = ((header[0] & 0xff) << 16) | ((header[1] & 0xff) << 8) | (header[2] & 0xff);
      socket.getInputStream().readNBytes(length);
      if (header[3] == 6) return header[4] == 1 ? "PING ack" : "PING";
    }
  }
}
