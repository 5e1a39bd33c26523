package io.backstitch.client;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** How to know the orchestrator, and to be known to it. All are the contents of PEM files. */
public final class ClientTls {
  private static final ClientTls DEFAULTS = new ClientTls(null, null, null);

  private final byte[] ca;
  private final byte[] certificate;
  private final byte[] key;

  private ClientTls(byte[] ca, byte[] certificate, byte[] key) {
    this.ca = ca;
    this.certificate = certificate;
    this.key = key;
  }

  /** TLS with the authorities that this JVM trusts. */
  public static ClientTls defaults() {
    return DEFAULTS;
  }

  /** The authority of the orchestrator's certificate. */
  public ClientTls ca(byte[] pem) {
    return new ClientTls(pem.clone(), certificate, key);
  }

  /** The authority of the orchestrator's certificate. */
  public ClientTls ca(String pem) {
    return ca(pem.getBytes(StandardCharsets.UTF_8));
  }

  /** The client's own certificate and its key, for an orchestrator that asks for one (mTLS). */
  public ClientTls certificate(byte[] certificate, byte[] key) {
    Objects.requireNonNull(certificate, "a key needs its certificate");
    Objects.requireNonNull(key, "a client certificate needs its key");
    return new ClientTls(ca, certificate.clone(), key.clone());
  }

  /** The client's own certificate and its key, for an orchestrator that asks for one (mTLS). */
  public ClientTls certificate(String certificate, String key) {
    Objects.requireNonNull(certificate, "a key needs its certificate");
    Objects.requireNonNull(key, "a client certificate needs its key");
    return certificate(certificate.getBytes(StandardCharsets.UTF_8), key.getBytes(StandardCharsets.UTF_8));
  }

  /** Null: the authorities of this JVM. */
  byte[] ca() {
    return ca;
  }

  /** Null: none. */
  byte[] certificate() {
    return certificate;
  }

  /** Null: none. */
  byte[] key() {
    return key;
  }
}
