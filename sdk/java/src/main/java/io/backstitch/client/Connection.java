package io.backstitch.client;

import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptor;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.ManagedChannelRegistry;
import io.grpc.Metadata;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** The way to an orchestrator. */
final class Connection {
  /** An answer of this size holds any saga: 100 steps with their payloads. */
  private static final int MAX_ANSWER_BYTES = 64 * 1024 * 1024;

  private Connection() {}

  /** Opens nothing yet: the connection is made with the first call. */
  static ManagedChannel open(ClientOptions options) {
    ManagedChannelBuilder<?> channel =
        builderOf(options)
            .maxInboundMessageSize(MAX_ANSWER_BYTES)
            .keepAliveTime(30, TimeUnit.SECONDS)
            .keepAliveTimeout(10, TimeUnit.SECONDS)
            .intercept(new DeepMessages());
    if (options.token() != null) channel.intercept(bearer(options.token()));
    return channel.build();
  }

  private static ManagedChannelBuilder<?> builderOf(ClientOptions options) {
    if (options.tls() == null) {
      return Grpc.newChannelBuilder(options.address(), InsecureChannelCredentials.create());
    }
    try {
      return Grpc.newChannelBuilder(options.address(), credentialsOf(options.tls()));
    } catch (IOException | ManagedChannelRegistry.ProviderNotFoundException unreadable) {
      throw new IllegalArgumentException("the certificates cannot be read", unreadable);
    }
  }

  private static ChannelCredentials credentialsOf(ClientTls tls) throws IOException {
    TlsChannelCredentials.Builder credentials = TlsChannelCredentials.newBuilder();
    if (tls.ca() != null) credentials.trustManager(new ByteArrayInputStream(tls.ca()));
    if (tls.certificate() != null) {
      credentials.keyManager(new ByteArrayInputStream(tls.certificate()), new ByteArrayInputStream(tls.key()));
    }
    return credentials.build();
  }

  private static ClientInterceptor bearer(String token) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }
}
