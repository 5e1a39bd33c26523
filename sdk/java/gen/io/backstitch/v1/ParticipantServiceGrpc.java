package io.backstitch.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * What every participant implements, in any language. A gRPC error is a technical failure, which may be tried again;
 * a business refusal is an answer: `rejected`.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class ParticipantServiceGrpc {

  private ParticipantServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "backstitch.v1.ParticipantService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<io.backstitch.v1.DoRequest,
      io.backstitch.v1.DoResponse> getDoMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "Do",
      requestType = io.backstitch.v1.DoRequest.class,
      responseType = io.backstitch.v1.DoResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.backstitch.v1.DoRequest,
      io.backstitch.v1.DoResponse> getDoMethod() {
    io.grpc.MethodDescriptor<io.backstitch.v1.DoRequest, io.backstitch.v1.DoResponse> getDoMethod;
    if ((getDoMethod = ParticipantServiceGrpc.getDoMethod) == null) {
      synchronized (ParticipantServiceGrpc.class) {
        if ((getDoMethod = ParticipantServiceGrpc.getDoMethod) == null) {
          ParticipantServiceGrpc.getDoMethod = getDoMethod =
              io.grpc.MethodDescriptor.<io.backstitch.v1.DoRequest, io.backstitch.v1.DoResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "Do"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.DoRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.DoResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ParticipantServiceMethodDescriptorSupplier("Do"))
              .build();
        }
      }
    }
    return getDoMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.backstitch.v1.UndoRequest,
      io.backstitch.v1.UndoResponse> getUndoMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "Undo",
      requestType = io.backstitch.v1.UndoRequest.class,
      responseType = io.backstitch.v1.UndoResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.backstitch.v1.UndoRequest,
      io.backstitch.v1.UndoResponse> getUndoMethod() {
    io.grpc.MethodDescriptor<io.backstitch.v1.UndoRequest, io.backstitch.v1.UndoResponse> getUndoMethod;
    if ((getUndoMethod = ParticipantServiceGrpc.getUndoMethod) == null) {
      synchronized (ParticipantServiceGrpc.class) {
        if ((getUndoMethod = ParticipantServiceGrpc.getUndoMethod) == null) {
          ParticipantServiceGrpc.getUndoMethod = getUndoMethod =
              io.grpc.MethodDescriptor.<io.backstitch.v1.UndoRequest, io.backstitch.v1.UndoResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "Undo"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.UndoRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.UndoResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ParticipantServiceMethodDescriptorSupplier("Undo"))
              .build();
        }
      }
    }
    return getUndoMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.backstitch.v1.ServeRequest,
      io.backstitch.v1.ServeResponse> getServeMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "Serve",
      requestType = io.backstitch.v1.ServeRequest.class,
      responseType = io.backstitch.v1.ServeResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.BIDI_STREAMING)
  public static io.grpc.MethodDescriptor<io.backstitch.v1.ServeRequest,
      io.backstitch.v1.ServeResponse> getServeMethod() {
    io.grpc.MethodDescriptor<io.backstitch.v1.ServeRequest, io.backstitch.v1.ServeResponse> getServeMethod;
    if ((getServeMethod = ParticipantServiceGrpc.getServeMethod) == null) {
      synchronized (ParticipantServiceGrpc.class) {
        if ((getServeMethod = ParticipantServiceGrpc.getServeMethod) == null) {
          ParticipantServiceGrpc.getServeMethod = getServeMethod =
              io.grpc.MethodDescriptor.<io.backstitch.v1.ServeRequest, io.backstitch.v1.ServeResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.BIDI_STREAMING)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "Serve"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.ServeRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.ServeResponse.getDefaultInstance()))
              .setSchemaDescriptor(new ParticipantServiceMethodDescriptorSupplier("Serve"))
              .build();
        }
      }
    }
    return getServeMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static ParticipantServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ParticipantServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ParticipantServiceStub>() {
        @java.lang.Override
        public ParticipantServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ParticipantServiceStub(channel, callOptions);
        }
      };
    return ParticipantServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static ParticipantServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ParticipantServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ParticipantServiceBlockingV2Stub>() {
        @java.lang.Override
        public ParticipantServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ParticipantServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return ParticipantServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static ParticipantServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ParticipantServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ParticipantServiceBlockingStub>() {
        @java.lang.Override
        public ParticipantServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ParticipantServiceBlockingStub(channel, callOptions);
        }
      };
    return ParticipantServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static ParticipantServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<ParticipantServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<ParticipantServiceFutureStub>() {
        @java.lang.Override
        public ParticipantServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new ParticipantServiceFutureStub(channel, callOptions);
        }
      };
    return ParticipantServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * What every participant implements, in any language. A gRPC error is a technical failure, which may be tried again;
   * a business refusal is an answer: `rejected`.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Applies a step's effect, once for an idempotency key.
     * </pre>
     */
    default void do_(io.backstitch.v1.DoRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.DoResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getDoMethod(), responseObserver);
    }

    /**
     * <pre>
     * Removes a step's effect, once for an idempotency key; succeeds where there is none.
     * </pre>
     */
    default void undo(io.backstitch.v1.UndoRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.UndoResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getUndoMethod(), responseObserver);
    }

    /**
     * <pre>
     * The same commands, many per message, over one long-lived stream. Optional: UNIMPLEMENTED makes the orchestrator use Do and Undo.
     * </pre>
     */
    default io.grpc.stub.StreamObserver<io.backstitch.v1.ServeRequest> serve(
        io.grpc.stub.StreamObserver<io.backstitch.v1.ServeResponse> responseObserver) {
      return io.grpc.stub.ServerCalls.asyncUnimplementedStreamingCall(getServeMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service ParticipantService.
   * <pre>
   * What every participant implements, in any language. A gRPC error is a technical failure, which may be tried again;
   * a business refusal is an answer: `rejected`.
   * </pre>
   */
  public static abstract class ParticipantServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return ParticipantServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service ParticipantService.
   * <pre>
   * What every participant implements, in any language. A gRPC error is a technical failure, which may be tried again;
   * a business refusal is an answer: `rejected`.
   * </pre>
   */
  public static final class ParticipantServiceStub
      extends io.grpc.stub.AbstractAsyncStub<ParticipantServiceStub> {
    private ParticipantServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ParticipantServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ParticipantServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * Applies a step's effect, once for an idempotency key.
     * </pre>
     */
    public void do_(io.backstitch.v1.DoRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.DoResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getDoMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Removes a step's effect, once for an idempotency key; succeeds where there is none.
     * </pre>
     */
    public void undo(io.backstitch.v1.UndoRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.UndoResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getUndoMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * The same commands, many per message, over one long-lived stream. Optional: UNIMPLEMENTED makes the orchestrator use Do and Undo.
     * </pre>
     */
    public io.grpc.stub.StreamObserver<io.backstitch.v1.ServeRequest> serve(
        io.grpc.stub.StreamObserver<io.backstitch.v1.ServeResponse> responseObserver) {
      return io.grpc.stub.ClientCalls.asyncBidiStreamingCall(
          getChannel().newCall(getServeMethod(), getCallOptions()), responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service ParticipantService.
   * <pre>
   * What every participant implements, in any language. A gRPC error is a technical failure, which may be tried again;
   * a business refusal is an answer: `rejected`.
   * </pre>
   */
  public static final class ParticipantServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<ParticipantServiceBlockingV2Stub> {
    private ParticipantServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ParticipantServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ParticipantServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Applies a step's effect, once for an idempotency key.
     * </pre>
     */
    public io.backstitch.v1.DoResponse do_(io.backstitch.v1.DoRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getDoMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Removes a step's effect, once for an idempotency key; succeeds where there is none.
     * </pre>
     */
    public io.backstitch.v1.UndoResponse undo(io.backstitch.v1.UndoRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getUndoMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * The same commands, many per message, over one long-lived stream. Optional: UNIMPLEMENTED makes the orchestrator use Do and Undo.
     * </pre>
     */
    @io.grpc.ExperimentalApi("https://github.com/grpc/grpc-java/issues/10918")
    public io.grpc.stub.BlockingClientCall<io.backstitch.v1.ServeRequest, io.backstitch.v1.ServeResponse>
        serve() {
      return io.grpc.stub.ClientCalls.blockingBidiStreamingCall(
          getChannel(), getServeMethod(), getCallOptions());
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service ParticipantService.
   * <pre>
   * What every participant implements, in any language. A gRPC error is a technical failure, which may be tried again;
   * a business refusal is an answer: `rejected`.
   * </pre>
   */
  public static final class ParticipantServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<ParticipantServiceBlockingStub> {
    private ParticipantServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ParticipantServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ParticipantServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Applies a step's effect, once for an idempotency key.
     * </pre>
     */
    public io.backstitch.v1.DoResponse do_(io.backstitch.v1.DoRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getDoMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Removes a step's effect, once for an idempotency key; succeeds where there is none.
     * </pre>
     */
    public io.backstitch.v1.UndoResponse undo(io.backstitch.v1.UndoRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getUndoMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service ParticipantService.
   * <pre>
   * What every participant implements, in any language. A gRPC error is a technical failure, which may be tried again;
   * a business refusal is an answer: `rejected`.
   * </pre>
   */
  public static final class ParticipantServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<ParticipantServiceFutureStub> {
    private ParticipantServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected ParticipantServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new ParticipantServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Applies a step's effect, once for an idempotency key.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.backstitch.v1.DoResponse> do_(
        io.backstitch.v1.DoRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getDoMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Removes a step's effect, once for an idempotency key; succeeds where there is none.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.backstitch.v1.UndoResponse> undo(
        io.backstitch.v1.UndoRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getUndoMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_DO = 0;
  private static final int METHODID_UNDO = 1;
  private static final int METHODID_SERVE = 2;

  private static final class MethodHandlers<Req, Resp> implements
      io.grpc.stub.ServerCalls.UnaryMethod<Req, Resp>,
      io.grpc.stub.ServerCalls.ServerStreamingMethod<Req, Resp>,
      io.grpc.stub.ServerCalls.ClientStreamingMethod<Req, Resp>,
      io.grpc.stub.ServerCalls.BidiStreamingMethod<Req, Resp> {
    private final AsyncService serviceImpl;
    private final int methodId;

    MethodHandlers(AsyncService serviceImpl, int methodId) {
      this.serviceImpl = serviceImpl;
      this.methodId = methodId;
    }

    @java.lang.Override
    @java.lang.SuppressWarnings("unchecked")
    public void invoke(Req request, io.grpc.stub.StreamObserver<Resp> responseObserver) {
      switch (methodId) {
        case METHODID_DO:
          serviceImpl.do_((io.backstitch.v1.DoRequest) request,
              (io.grpc.stub.StreamObserver<io.backstitch.v1.DoResponse>) responseObserver);
          break;
        case METHODID_UNDO:
          serviceImpl.undo((io.backstitch.v1.UndoRequest) request,
              (io.grpc.stub.StreamObserver<io.backstitch.v1.UndoResponse>) responseObserver);
          break;
        default:
          throw new AssertionError();
      }
    }

    @java.lang.Override
    @java.lang.SuppressWarnings("unchecked")
    public io.grpc.stub.StreamObserver<Req> invoke(
        io.grpc.stub.StreamObserver<Resp> responseObserver) {
      switch (methodId) {
        case METHODID_SERVE:
          return (io.grpc.stub.StreamObserver<Req>) serviceImpl.serve(
              (io.grpc.stub.StreamObserver<io.backstitch.v1.ServeResponse>) responseObserver);
        default:
          throw new AssertionError();
      }
    }
  }

  public static final io.grpc.ServerServiceDefinition bindService(AsyncService service) {
    return io.grpc.ServerServiceDefinition.builder(getServiceDescriptor())
        .addMethod(
          getDoMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.backstitch.v1.DoRequest,
              io.backstitch.v1.DoResponse>(
                service, METHODID_DO)))
        .addMethod(
          getUndoMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.backstitch.v1.UndoRequest,
              io.backstitch.v1.UndoResponse>(
                service, METHODID_UNDO)))
        .addMethod(
          getServeMethod(),
          io.grpc.stub.ServerCalls.asyncBidiStreamingCall(
            new MethodHandlers<
              io.backstitch.v1.ServeRequest,
              io.backstitch.v1.ServeResponse>(
                service, METHODID_SERVE)))
        .build();
  }

  private static abstract class ParticipantServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    ParticipantServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return io.backstitch.v1.ParticipantServiceOuterClass.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("ParticipantService");
    }
  }

  private static final class ParticipantServiceFileDescriptorSupplier
      extends ParticipantServiceBaseDescriptorSupplier {
    ParticipantServiceFileDescriptorSupplier() {}
  }

  private static final class ParticipantServiceMethodDescriptorSupplier
      extends ParticipantServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    ParticipantServiceMethodDescriptorSupplier(java.lang.String methodName) {
      this.methodName = methodName;
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.MethodDescriptor getMethodDescriptor() {
      return getServiceDescriptor().findMethodByName(methodName);
    }
  }

  private static volatile io.grpc.ServiceDescriptor serviceDescriptor;

  public static io.grpc.ServiceDescriptor getServiceDescriptor() {
    io.grpc.ServiceDescriptor result = serviceDescriptor;
    if (result == null) {
      synchronized (ParticipantServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new ParticipantServiceFileDescriptorSupplier())
              .addMethod(getDoMethod())
              .addMethod(getUndoMethod())
              .addMethod(getServeMethod())
              .build();
        }
      }
    }
    return result;
  }
}
