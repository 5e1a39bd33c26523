package io.backstitch.client;

import static io.backstitch.client.ScriptedSagas.RUNNING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.backstitch.v1.ErrorCode;
import io.backstitch.v1.StartSagaRequest;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the client does about failures, against a server that answers as each test says. */
@Timeout(20)
class RepeatTest {
  private final List<AutoCloseable> open = new ArrayList<>();
  private final ScriptedSagas script = new ScriptedSagas();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : open) resource.close();
  }

  private Client connect() throws Exception {
    ScriptedServer server = new ScriptedServer(script);
    Client client = Client.connect(server.address());
    open.add(client);
    open.add(server);
    return client;
  }

  @Test
  @DisplayName("a start without ids repeats itself with one request id")
  void repeats() throws Exception {
    script.saga =
        call -> {
          if (call < 3) throw ScriptedServer.unavailable();
          return RUNNING;
        };
    Client client = connect();
    client.start("order");
    client.start("order");
    List<String> ids = script.starts.stream().map(StartSagaRequest::getRequestId).toList();
    assertEquals(4, ids.size());
    assertEquals(1, ids.subList(0, 3).stream().distinct().count());
    assertNotEquals(ids.get(0), ids.get(3));
  }

  @Test
  @DisplayName("a failure that lasts is given up after five attempts, a definite one at once")
  void givesUp() throws Exception {
    script.saga =
        call -> {
          throw ScriptedServer.unavailable();
        };
    Client client = connect();
    var error = assertThrows(BackstitchException.class, () -> client.get("s1"));
    assertEquals(List.of("STORE_UNAVAILABLE", "UNAVAILABLE"), List.of(error.code(), error.status()));
    assertEquals("store away", error.getMessage());
    assertEquals(5, script.gets.size());

    io.backstitch.v1.Fault fault =
        io.backstitch.v1.Fault.newBuilder().setField("saga_id").setRule("exists").setMessage("none").build();
    script.saga =
        call -> {
          throw ScriptedServer.error(Code.INTERNAL, "odd", ErrorCode.ERROR_CODE_INTERNAL, fault);
        };
    var definite = assertThrows(BackstitchException.class, () -> client.get("s1"));
    assertEquals(List.of(new Fault("saga_id", "exists", "none")), definite.faults());
    assertEquals(6, script.gets.size());
  }

  @Test
  @DisplayName("a server that restarts is found again")
  void reconnects() throws Exception {
    ScriptedServer first = new ScriptedServer(script);
    String address = first.address();
    try (Client client = Client.connect(address)) {
      client.get("s1");
      first.close();
      assertEquals("UNAVAILABLE", assertThrows(BackstitchException.class, () -> client.get("s1")).code());
      open.add(new ScriptedServer(Integer.parseInt(address.split(":")[1]), script));
      assertEquals("s1", client.get("s1").sagaId());
    }
  }

  @Test
  @DisplayName("a thread that is interrupted gives up its call, and stays interrupted")
  void interrupted() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    script.saga =
        call -> {
          asked.countDown();
          return null;
        };
    Client client = connect();
    List<Object> seen = new CopyOnWriteArrayList<>();
    Thread caller =
        new Thread(
            () -> {
              seen.add(assertThrows(BackstitchException.class, () -> client.waitFor("s1")).code());
              seen.add(Thread.currentThread().isInterrupted());
            });
    caller.start();
    asked.await();
    caller.interrupt();
    caller.join();
    assertEquals(List.of("CANCELLED", true), seen);
    assertEquals(1, script.gets.size());
  }

  @Test
  @DisplayName("a client that is closed makes no more calls")
  void closed() throws Exception {
    Client client = connect();
    client.close();
    assertEquals("UNAVAILABLE", assertThrows(BackstitchException.class, () -> client.get("s1")).status());
    assertEquals(0, script.gets.size());
  }
}
