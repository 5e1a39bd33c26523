package io.backstitch.client;

import static io.backstitch.definition.SagaBuilder.saga;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TlsFeaturesTest {
  private static byte[] file(String variable) throws Exception {
    return Files.readAllBytes(Path.of(Harness.given(variable)));
  }

  /** The code that a call comes to. */
  private static String reach(ClientOptions options) {
    try (Client client = Client.connect(options)) {
      return assertThrows(BackstitchException.class, () -> client.get("java-ghost")).code();
    }
  }

  @Test
  @DisplayName("[client.tls] a saga runs with authority, certificate and token, and no call comes without one")
  void tls() throws Exception {
    ClientTls authority = ClientTls.defaults().ca(file("BACKSTITCH_TLS_CA"));
    byte[] certificate = file("BACKSTITCH_TLS_CERT");
    byte[] key = file("BACKSTITCH_TLS_KEY");
    ClientOptions options =
        ClientOptions.of(Harness.given("BACKSTITCH_TLS_ADDRESS"))
            .tls(authority.certificate(certificate, key))
            .token(Harness.given("BACKSTITCH_TOKEN"));
    String name = Harness.unique("secret");
    try (Client client = Client.connect(options)) {
      client.register(saga(name).sleep("nap", Duration.ofMillis(10)).build());
      Saga saga = client.start(name, Map.of(), StartOptions.defaults().waitFor(Duration.ofSeconds(10))).saga();
      assertEquals(SagaStatus.COMPLETED, saga.status());
    }
    assertEquals("SAGA_NOT_FOUND", reach(options));
    assertEquals("UNAUTHENTICATED", reach(options.token("another")));
    assertEquals("UNAVAILABLE", reach(options.tls(authority)));
    assertEquals("UNAVAILABLE", reach(options.tls(ClientTls.defaults().certificate(certificate, key))));
  }
}
