package io.backstitch.client;

import com.google.protobuf.Any;
import com.google.rpc.Status;
import io.backstitch.v1.ErrorCode;
import io.backstitch.v1.ErrorDetail;
import io.backstitch.v1.Fault;
import io.grpc.BindableService;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A gRPC server on the loopback interface whose services a test writes. */
final class ScriptedServer implements AutoCloseable {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /** The authorization of each call, in order; "" where there was none. */
  final List<String> authorizations = new CopyOnWriteArrayList<>();

  private final Server server;

  ScriptedServer(BindableService... services) throws IOException {
    this(0, services);
  }

  ScriptedServer(int port, BindableService... services) throws IOException {
    ServerBuilder<?> builder = Grpc.newServerBuilderForPort(port, InsecureServerCredentials.create());
    for (BindableService service : services) builder.addService(service);
    server = builder.intercept(new Listener()).build().start();
  }

  String address() {
    return "127.0.0.1:" + server.getPort();
  }

  @Override
  public void close() throws InterruptedException {
    server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
  }

  /** An error as the orchestrator gives it. */
  static StatusRuntimeException error(Code status, String message, ErrorCode code, Fault... faults) {
    ErrorDetail detail = ErrorDetail.newBuilder().setCode(code).addAllFaults(List.of(faults)).build();
    return StatusProto.toStatusRuntimeException(
        Status.newBuilder().setCode(status.value()).setMessage(message).addDetails(Any.pack(detail)).build());
  }

  static StatusRuntimeException unavailable() {
    return error(Code.UNAVAILABLE, "store away", ErrorCode.ERROR_CODE_STORE_UNAVAILABLE);
  }

  private final class Listener implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      String authorization = headers.get(AUTHORIZATION);
      authorizations.add(authorization == null ? "" : authorization);
      return next.startCall(call, headers);
    }
  }
}
