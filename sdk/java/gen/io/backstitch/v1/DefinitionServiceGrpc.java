package io.backstitch.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * Keeps definitions.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class DefinitionServiceGrpc {

  private DefinitionServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "backstitch.v1.DefinitionService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<io.backstitch.v1.RegisterDefinitionRequest,
      io.backstitch.v1.RegisterDefinitionResponse> getRegisterDefinitionMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "RegisterDefinition",
      requestType = io.backstitch.v1.RegisterDefinitionRequest.class,
      responseType = io.backstitch.v1.RegisterDefinitionResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.backstitch.v1.RegisterDefinitionRequest,
      io.backstitch.v1.RegisterDefinitionResponse> getRegisterDefinitionMethod() {
    io.grpc.MethodDescriptor<io.backstitch.v1.RegisterDefinitionRequest, io.backstitch.v1.RegisterDefinitionResponse> getRegisterDefinitionMethod;
    if ((getRegisterDefinitionMethod = DefinitionServiceGrpc.getRegisterDefinitionMethod) == null) {
      synchronized (DefinitionServiceGrpc.class) {
        if ((getRegisterDefinitionMethod = DefinitionServiceGrpc.getRegisterDefinitionMethod) == null) {
          DefinitionServiceGrpc.getRegisterDefinitionMethod = getRegisterDefinitionMethod =
              io.grpc.MethodDescriptor.<io.backstitch.v1.RegisterDefinitionRequest, io.backstitch.v1.RegisterDefinitionResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "RegisterDefinition"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.RegisterDefinitionRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.RegisterDefinitionResponse.getDefaultInstance()))
              .setSchemaDescriptor(new DefinitionServiceMethodDescriptorSupplier("RegisterDefinition"))
              .build();
        }
      }
    }
    return getRegisterDefinitionMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.backstitch.v1.ValidateDefinitionRequest,
      io.backstitch.v1.ValidateDefinitionResponse> getValidateDefinitionMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ValidateDefinition",
      requestType = io.backstitch.v1.ValidateDefinitionRequest.class,
      responseType = io.backstitch.v1.ValidateDefinitionResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.backstitch.v1.ValidateDefinitionRequest,
      io.backstitch.v1.ValidateDefinitionResponse> getValidateDefinitionMethod() {
    io.grpc.MethodDescriptor<io.backstitch.v1.ValidateDefinitionRequest, io.backstitch.v1.ValidateDefinitionResponse> getValidateDefinitionMethod;
    if ((getValidateDefinitionMethod = DefinitionServiceGrpc.getValidateDefinitionMethod) == null) {
      synchronized (DefinitionServiceGrpc.class) {
        if ((getValidateDefinitionMethod = DefinitionServiceGrpc.getValidateDefinitionMethod) == null) {
          DefinitionServiceGrpc.getValidateDefinitionMethod = getValidateDefinitionMethod =
              io.grpc.MethodDescriptor.<io.backstitch.v1.ValidateDefinitionRequest, io.backstitch.v1.ValidateDefinitionResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ValidateDefinition"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.ValidateDefinitionRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.ValidateDefinitionResponse.getDefaultInstance()))
              .setSchemaDescriptor(new DefinitionServiceMethodDescriptorSupplier("ValidateDefinition"))
              .build();
        }
      }
    }
    return getValidateDefinitionMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.backstitch.v1.GetDefinitionRequest,
      io.backstitch.v1.GetDefinitionResponse> getGetDefinitionMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetDefinition",
      requestType = io.backstitch.v1.GetDefinitionRequest.class,
      responseType = io.backstitch.v1.GetDefinitionResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.backstitch.v1.GetDefinitionRequest,
      io.backstitch.v1.GetDefinitionResponse> getGetDefinitionMethod() {
    io.grpc.MethodDescriptor<io.backstitch.v1.GetDefinitionRequest, io.backstitch.v1.GetDefinitionResponse> getGetDefinitionMethod;
    if ((getGetDefinitionMethod = DefinitionServiceGrpc.getGetDefinitionMethod) == null) {
      synchronized (DefinitionServiceGrpc.class) {
        if ((getGetDefinitionMethod = DefinitionServiceGrpc.getGetDefinitionMethod) == null) {
          DefinitionServiceGrpc.getGetDefinitionMethod = getGetDefinitionMethod =
              io.grpc.MethodDescriptor.<io.backstitch.v1.GetDefinitionRequest, io.backstitch.v1.GetDefinitionResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetDefinition"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.GetDefinitionRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.GetDefinitionResponse.getDefaultInstance()))
              .setSchemaDescriptor(new DefinitionServiceMethodDescriptorSupplier("GetDefinition"))
              .build();
        }
      }
    }
    return getGetDefinitionMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.backstitch.v1.ListDefinitionsRequest,
      io.backstitch.v1.ListDefinitionsResponse> getListDefinitionsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListDefinitions",
      requestType = io.backstitch.v1.ListDefinitionsRequest.class,
      responseType = io.backstitch.v1.ListDefinitionsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.backstitch.v1.ListDefinitionsRequest,
      io.backstitch.v1.ListDefinitionsResponse> getListDefinitionsMethod() {
    io.grpc.MethodDescriptor<io.backstitch.v1.ListDefinitionsRequest, io.backstitch.v1.ListDefinitionsResponse> getListDefinitionsMethod;
    if ((getListDefinitionsMethod = DefinitionServiceGrpc.getListDefinitionsMethod) == null) {
      synchronized (DefinitionServiceGrpc.class) {
        if ((getListDefinitionsMethod = DefinitionServiceGrpc.getListDefinitionsMethod) == null) {
          DefinitionServiceGrpc.getListDefinitionsMethod = getListDefinitionsMethod =
              io.grpc.MethodDescriptor.<io.backstitch.v1.ListDefinitionsRequest, io.backstitch.v1.ListDefinitionsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListDefinitions"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.ListDefinitionsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.ListDefinitionsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new DefinitionServiceMethodDescriptorSupplier("ListDefinitions"))
              .build();
        }
      }
    }
    return getListDefinitionsMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static DefinitionServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<DefinitionServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<DefinitionServiceStub>() {
        @java.lang.Override
        public DefinitionServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new DefinitionServiceStub(channel, callOptions);
        }
      };
    return DefinitionServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static DefinitionServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<DefinitionServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<DefinitionServiceBlockingV2Stub>() {
        @java.lang.Override
        public DefinitionServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new DefinitionServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return DefinitionServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static DefinitionServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<DefinitionServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<DefinitionServiceBlockingStub>() {
        @java.lang.Override
        public DefinitionServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new DefinitionServiceBlockingStub(channel, callOptions);
        }
      };
    return DefinitionServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static DefinitionServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<DefinitionServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<DefinitionServiceFutureStub>() {
        @java.lang.Override
        public DefinitionServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new DefinitionServiceFutureStub(channel, callOptions);
        }
      };
    return DefinitionServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * Keeps definitions.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Registers a version. The same content gives the version it already has; either way it becomes the latest.
     * </pre>
     */
    default void registerDefinition(io.backstitch.v1.RegisterDefinitionRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.RegisterDefinitionResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getRegisterDefinitionMethod(), responseObserver);
    }

    /**
     * <pre>
     * Checks a definition without registering it.
     * </pre>
     */
    default void validateDefinition(io.backstitch.v1.ValidateDefinitionRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.ValidateDefinitionResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getValidateDefinitionMethod(), responseObserver);
    }

    /**
     * <pre>
     * Gives a version, or the latest.
     * </pre>
     */
    default void getDefinition(io.backstitch.v1.GetDefinitionRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.GetDefinitionResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetDefinitionMethod(), responseObserver);
    }

    /**
     * <pre>
     * Lists definitions by name, each with its latest version.
     * </pre>
     */
    default void listDefinitions(io.backstitch.v1.ListDefinitionsRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.ListDefinitionsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListDefinitionsMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service DefinitionService.
   * <pre>
   * Keeps definitions.
   * </pre>
   */
  public static abstract class DefinitionServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return DefinitionServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service DefinitionService.
   * <pre>
   * Keeps definitions.
   * </pre>
   */
  public static final class DefinitionServiceStub
      extends io.grpc.stub.AbstractAsyncStub<DefinitionServiceStub> {
    private DefinitionServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected DefinitionServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new DefinitionServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * Registers a version. The same content gives the version it already has; either way it becomes the latest.
     * </pre>
     */
    public void registerDefinition(io.backstitch.v1.RegisterDefinitionRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.RegisterDefinitionResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getRegisterDefinitionMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Checks a definition without registering it.
     * </pre>
     */
    public void validateDefinition(io.backstitch.v1.ValidateDefinitionRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.ValidateDefinitionResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getValidateDefinitionMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Gives a version, or the latest.
     * </pre>
     */
    public void getDefinition(io.backstitch.v1.GetDefinitionRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.GetDefinitionResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetDefinitionMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Lists definitions by name, each with its latest version.
     * </pre>
     */
    public void listDefinitions(io.backstitch.v1.ListDefinitionsRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.ListDefinitionsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListDefinitionsMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service DefinitionService.
   * <pre>
   * Keeps definitions.
   * </pre>
   */
  public static final class DefinitionServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<DefinitionServiceBlockingV2Stub> {
    private DefinitionServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected DefinitionServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new DefinitionServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Registers a version. The same content gives the version it already has; either way it becomes the latest.
     * </pre>
     */
    public io.backstitch.v1.RegisterDefinitionResponse registerDefinition(io.backstitch.v1.RegisterDefinitionRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getRegisterDefinitionMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Checks a definition without registering it.
     * </pre>
     */
    public io.backstitch.v1.ValidateDefinitionResponse validateDefinition(io.backstitch.v1.ValidateDefinitionRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getValidateDefinitionMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Gives a version, or the latest.
     * </pre>
     */
    public io.backstitch.v1.GetDefinitionResponse getDefinition(io.backstitch.v1.GetDefinitionRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetDefinitionMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists definitions by name, each with its latest version.
     * </pre>
     */
    public io.backstitch.v1.ListDefinitionsResponse listDefinitions(io.backstitch.v1.ListDefinitionsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListDefinitionsMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service DefinitionService.
   * <pre>
   * Keeps definitions.
   * </pre>
   */
  public static final class DefinitionServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<DefinitionServiceBlockingStub> {
    private DefinitionServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected DefinitionServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new DefinitionServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Registers a version. The same content gives the version it already has; either way it becomes the latest.
     * </pre>
     */
    public io.backstitch.v1.RegisterDefinitionResponse registerDefinition(io.backstitch.v1.RegisterDefinitionRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getRegisterDefinitionMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Checks a definition without registering it.
     * </pre>
     */
    public io.backstitch.v1.ValidateDefinitionResponse validateDefinition(io.backstitch.v1.ValidateDefinitionRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getValidateDefinitionMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Gives a version, or the latest.
     * </pre>
     */
    public io.backstitch.v1.GetDefinitionResponse getDefinition(io.backstitch.v1.GetDefinitionRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetDefinitionMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists definitions by name, each with its latest version.
     * </pre>
     */
    public io.backstitch.v1.ListDefinitionsResponse listDefinitions(io.backstitch.v1.ListDefinitionsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListDefinitionsMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service DefinitionService.
   * <pre>
   * Keeps definitions.
   * </pre>
   */
  public static final class DefinitionServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<DefinitionServiceFutureStub> {
    private DefinitionServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected DefinitionServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new DefinitionServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Registers a version. The same content gives the version it already has; either way it becomes the latest.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.backstitch.v1.RegisterDefinitionResponse> registerDefinition(
        io.backstitch.v1.RegisterDefinitionRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getRegisterDefinitionMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Checks a definition without registering it.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.backstitch.v1.ValidateDefinitionResponse> validateDefinition(
        io.backstitch.v1.ValidateDefinitionRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getValidateDefinitionMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Gives a version, or the latest.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.backstitch.v1.GetDefinitionResponse> getDefinition(
        io.backstitch.v1.GetDefinitionRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetDefinitionMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Lists definitions by name, each with its latest version.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.backstitch.v1.ListDefinitionsResponse> listDefinitions(
        io.backstitch.v1.ListDefinitionsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListDefinitionsMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_REGISTER_DEFINITION = 0;
  private static final int METHODID_VALIDATE_DEFINITION = 1;
  private static final int METHODID_GET_DEFINITION = 2;
  private static final int METHODID_LIST_DEFINITIONS = 3;

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
        case METHODID_REGISTER_DEFINITION:
          serviceImpl.registerDefinition((io.backstitch.v1.RegisterDefinitionRequest) request,
              (io.grpc.stub.StreamObserver<io.backstitch.v1.RegisterDefinitionResponse>) responseObserver);
          break;
        case METHODID_VALIDATE_DEFINITION:
          serviceImpl.validateDefinition((io.backstitch.v1.ValidateDefinitionRequest) request,
              (io.grpc.stub.StreamObserver<io.backstitch.v1.ValidateDefinitionResponse>) responseObserver);
          break;
        case METHODID_GET_DEFINITION:
          serviceImpl.getDefinition((io.backstitch.v1.GetDefinitionRequest) request,
              (io.grpc.stub.StreamObserver<io.backstitch.v1.GetDefinitionResponse>) responseObserver);
          break;
        case METHODID_LIST_DEFINITIONS:
          serviceImpl.listDefinitions((io.backstitch.v1.ListDefinitionsRequest) request,
              (io.grpc.stub.StreamObserver<io.backstitch.v1.ListDefinitionsResponse>) responseObserver);
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
          getRegisterDefinitionMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.backstitch.v1.RegisterDefinitionRequest,
              io.backstitch.v1.RegisterDefinitionResponse>(
                service, METHODID_REGISTER_DEFINITION)))
        .addMethod(
          getValidateDefinitionMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.backstitch.v1.ValidateDefinitionRequest,
              io.backstitch.v1.ValidateDefinitionResponse>(
                service, METHODID_VALIDATE_DEFINITION)))
        .addMethod(
          getGetDefinitionMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.backstitch.v1.GetDefinitionRequest,
              io.backstitch.v1.GetDefinitionResponse>(
                service, METHODID_GET_DEFINITION)))
        .addMethod(
          getListDefinitionsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.backstitch.v1.ListDefinitionsRequest,
              io.backstitch.v1.ListDefinitionsResponse>(
                service, METHODID_LIST_DEFINITIONS)))
        .build();
  }

  private static abstract class DefinitionServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    DefinitionServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return io.backstitch.v1.DefinitionServiceOuterClass.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("DefinitionService");
    }
  }

  private static final class DefinitionServiceFileDescriptorSupplier
      extends DefinitionServiceBaseDescriptorSupplier {
    DefinitionServiceFileDescriptorSupplier() {}
  }

  private static final class DefinitionServiceMethodDescriptorSupplier
      extends DefinitionServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    DefinitionServiceMethodDescriptorSupplier(java.lang.String methodName) {
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
      synchronized (DefinitionServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new DefinitionServiceFileDescriptorSupplier())
              .addMethod(getRegisterDefinitionMethod())
              .addMethod(getValidateDefinitionMethod())
              .addMethod(getGetDefinitionMethod())
              .addMethod(getListDefinitionsMethod())
              .build();
        }
      }
    }
    return result;
  }
}
