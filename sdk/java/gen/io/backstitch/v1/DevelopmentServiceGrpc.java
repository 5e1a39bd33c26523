package io.backstitch.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * Moves the clock of an orchestrator in development mode, so that tests need not wait. In normal mode it is not there.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class DevelopmentServiceGrpc {

  private DevelopmentServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "backstitch.v1.DevelopmentService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<io.backstitch.v1.AdvanceTimeRequest,
      io.backstitch.v1.AdvanceTimeResponse> getAdvanceTimeMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "AdvanceTime",
      requestType = io.backstitch.v1.AdvanceTimeRequest.class,
      responseType = io.backstitch.v1.AdvanceTimeResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.backstitch.v1.AdvanceTimeRequest,
      io.backstitch.v1.AdvanceTimeResponse> getAdvanceTimeMethod() {
    io.grpc.MethodDescriptor<io.backstitch.v1.AdvanceTimeRequest, io.backstitch.v1.AdvanceTimeResponse> getAdvanceTimeMethod;
    if ((getAdvanceTimeMethod = DevelopmentServiceGrpc.getAdvanceTimeMethod) == null) {
      synchronized (DevelopmentServiceGrpc.class) {
        if ((getAdvanceTimeMethod = DevelopmentServiceGrpc.getAdvanceTimeMethod) == null) {
          DevelopmentServiceGrpc.getAdvanceTimeMethod = getAdvanceTimeMethod =
              io.grpc.MethodDescriptor.<io.backstitch.v1.AdvanceTimeRequest, io.backstitch.v1.AdvanceTimeResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "AdvanceTime"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.AdvanceTimeRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.AdvanceTimeResponse.getDefaultInstance()))
              .setSchemaDescriptor(new DevelopmentServiceMethodDescriptorSupplier("AdvanceTime"))
              .build();
        }
      }
    }
    return getAdvanceTimeMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static DevelopmentServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<DevelopmentServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<DevelopmentServiceStub>() {
        @java.lang.Override
        public DevelopmentServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new DevelopmentServiceStub(channel, callOptions);
        }
      };
    return DevelopmentServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static DevelopmentServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<DevelopmentServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<DevelopmentServiceBlockingV2Stub>() {
        @java.lang.Override
        public DevelopmentServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new DevelopmentServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return DevelopmentServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static DevelopmentServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<DevelopmentServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<DevelopmentServiceBlockingStub>() {
        @java.lang.Override
        public DevelopmentServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new DevelopmentServiceBlockingStub(channel, callOptions);
        }
      };
    return DevelopmentServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static DevelopmentServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<DevelopmentServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<DevelopmentServiceFutureStub>() {
        @java.lang.Override
        public DevelopmentServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new DevelopmentServiceFutureStub(channel, callOptions);
        }
      };
    return DevelopmentServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * Moves the clock of an orchestrator in development mode, so that tests need not wait. In normal mode it is not there.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Moves the clock forward. Timers on the way go off in their order, each at its time: the sagas that a timer wakes do what
     * they can before the clock moves on. Answers when the clock stands at its new time and these sagas have come to rest.
     * </pre>
     */
    default void advanceTime(io.backstitch.v1.AdvanceTimeRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.AdvanceTimeResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getAdvanceTimeMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service DevelopmentService.
   * <pre>
   * Moves the clock of an orchestrator in development mode, so that tests need not wait. In normal mode it is not there.
   * </pre>
   */
  public static abstract class DevelopmentServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return DevelopmentServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service DevelopmentService.
   * <pre>
   * Moves the clock of an orchestrator in development mode, so that tests need not wait. In normal mode it is not there.
   * </pre>
   */
  public static final class DevelopmentServiceStub
      extends io.grpc.stub.AbstractAsyncStub<DevelopmentServiceStub> {
    private DevelopmentServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected DevelopmentServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new DevelopmentServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * Moves the clock forward. Timers on the way go off in their order, each at its time: the sagas that a timer wakes do what
     * they can before the clock moves on. Answers when the clock stands at its new time and these sagas have come to rest.
     * </pre>
     */
    public void advanceTime(io.backstitch.v1.AdvanceTimeRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.AdvanceTimeResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getAdvanceTimeMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service DevelopmentService.
   * <pre>
   * Moves the clock of an orchestrator in development mode, so that tests need not wait. In normal mode it is not there.
   * </pre>
   */
  public static final class DevelopmentServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<DevelopmentServiceBlockingV2Stub> {
    private DevelopmentServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected DevelopmentServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new DevelopmentServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Moves the clock forward. Timers on the way go off in their order, each at its time: the sagas that a timer wakes do what
     * they can before the clock moves on. Answers when the clock stands at its new time and these sagas have come to rest.
     * </pre>
     */
    public io.backstitch.v1.AdvanceTimeResponse advanceTime(io.backstitch.v1.AdvanceTimeRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getAdvanceTimeMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service DevelopmentService.
   * <pre>
   * Moves the clock of an orchestrator in development mode, so that tests need not wait. In normal mode it is not there.
   * </pre>
   */
  public static final class DevelopmentServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<DevelopmentServiceBlockingStub> {
    private DevelopmentServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected DevelopmentServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new DevelopmentServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Moves the clock forward. Timers on the way go off in their order, each at its time: the sagas that a timer wakes do what
     * they can before the clock moves on. Answers when the clock stands at its new time and these sagas have come to rest.
     * </pre>
     */
    public io.backstitch.v1.AdvanceTimeResponse advanceTime(io.backstitch.v1.AdvanceTimeRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getAdvanceTimeMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service DevelopmentService.
   * <pre>
   * Moves the clock of an orchestrator in development mode, so that tests need not wait. In normal mode it is not there.
   * </pre>
   */
  public static final class DevelopmentServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<DevelopmentServiceFutureStub> {
    private DevelopmentServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected DevelopmentServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new DevelopmentServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Moves the clock forward. Timers on the way go off in their order, each at its time: the sagas that a timer wakes do what
     * they can before the clock moves on. Answers when the clock stands at its new time and these sagas have come to rest.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.backstitch.v1.AdvanceTimeResponse> advanceTime(
        io.backstitch.v1.AdvanceTimeRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getAdvanceTimeMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_ADVANCE_TIME = 0;

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
        case METHODID_ADVANCE_TIME:
          serviceImpl.advanceTime((io.backstitch.v1.AdvanceTimeRequest) request,
              (io.grpc.stub.StreamObserver<io.backstitch.v1.AdvanceTimeResponse>) responseObserver);
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
        default:
          throw new AssertionError();
      }
    }
  }

  public static final io.grpc.ServerServiceDefinition bindService(AsyncService service) {
    return io.grpc.ServerServiceDefinition.builder(getServiceDescriptor())
        .addMethod(
          getAdvanceTimeMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.backstitch.v1.AdvanceTimeRequest,
              io.backstitch.v1.AdvanceTimeResponse>(
                service, METHODID_ADVANCE_TIME)))
        .build();
  }

  private static abstract class DevelopmentServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    DevelopmentServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return io.backstitch.v1.DevelopmentServiceOuterClass.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("DevelopmentService");
    }
  }

  private static final class DevelopmentServiceFileDescriptorSupplier
      extends DevelopmentServiceBaseDescriptorSupplier {
    DevelopmentServiceFileDescriptorSupplier() {}
  }

  private static final class DevelopmentServiceMethodDescriptorSupplier
      extends DevelopmentServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    DevelopmentServiceMethodDescriptorSupplier(java.lang.String methodName) {
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
      synchronized (DevelopmentServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new DevelopmentServiceFileDescriptorSupplier())
              .addMethod(getAdvanceTimeMethod())
              .build();
        }
      }
    }
    return result;
  }
}
