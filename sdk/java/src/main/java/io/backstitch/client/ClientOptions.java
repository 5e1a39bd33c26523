package io.backstitch.client;

import java.util.Objects;

/** Where the orchestrator is and how to talk to it. */
public final class ClientOptions {
  private final String address;
  private final String namespace;
  private final String token;
  private final ClientTls tls;

  private ClientOptions(String address, String namespace, String token, ClientTls tls) {
    this.address = Objects.requireNonNull(address, "a client needs an address");
    this.namespace = namespace;
    this.token = token;
    this.tls = tls;
  }

  /** A client of the orchestrator's gRPC port, in plain text: "host:port". */
  public static ClientOptions of(String address) {
    return new ClientOptions(address, "", null, null);
  }

  /** The namespace of all its sagas and definitions. Default: "default". */
  public ClientOptions namespace(String namespace) {
    return new ClientOptions(address, Objects.requireNonNull(namespace), token, tls);
  }

  /** Sent with every call as a bearer token. */
  public ClientOptions token(String token) {
    return new ClientOptions(address, namespace, Objects.requireNonNull(token), tls);
  }

  /** Talks TLS. */
  public ClientOptions tls(ClientTls tls) {
    return new ClientOptions(address, namespace, token, Objects.requireNonNull(tls));
  }

  String address() {
    return address;
  }

  /** Empty: the server's default. */
  String namespace() {
    return namespace;
  }

  /** Null: none. */
  String token() {
    return token;
  }

  /** Null: plain text. */
  ClientTls tls() {
    return tls;
  }
}
