package io.backstitch.participant;

import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Objects;

/** How a participant shows who it is, and whom it lets in. All are the contents of PEM files; keys are PKCS#8. */
public final class ParticipantTls {
  private final byte[] certificate;
  private final byte[] key;
  private final byte[] clientCa;

  private ParticipantTls(byte[] certificate, byte[] key, byte[] clientCa) {
    this.certificate = certificate;
    this.key = key;
    this.clientCa = clientCa;
  }

  /** The participant's certificate, for the name that the orchestrator calls it by, and its key. */
  public static ParticipantTls certificate(byte[] certificate, byte[] key) {
    Objects.requireNonNull(certificate, "a key needs its certificate");
    Objects.requireNonNull(key, "a certificate needs its key");
    return new ParticipantTls(certificate.clone(), key.clone(), null);
  }

  /** The same, and whoever calls must show a certificate of this authority (mTLS). */
  public ParticipantTls clientCa(byte[] pem) {
    return new ParticipantTls(certificate, key, pem.clone());
  }

  ServerCredentials toCredentials() throws IOException {
    TlsServerCredentials.Builder credentials = TlsServerCredentials.newBuilder();
    credentials.keyManager(new ByteArrayInputStream(certificate), new ByteArrayInputStream(key));
    if (clientCa != null) {
      credentials.trustManager(new ByteArrayInputStream(clientCa));
      credentials.clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
    }
    return credentials.build();
  }
}
