package io.backstitch.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * What people do when a saga needs a decision, and what they look at.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class OperatorServiceGrpc {

  private OperatorServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "backstitch.v1.OperatorService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<io.backstitch.v1.RetryStepRequest,
      io.backstitch.v1.RetryStepResponse> getRetryStepMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "RetryStep",
      requestType = io.backstitch.v1.RetryStepRequest.class,
      responseType = io.backstitch.v1.RetryStepResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.backstitch.v1.RetryStepRequest,
      io.backstitch.v1.RetryStepResponse> getRetryStepMethod() {
    io.grpc.MethodDescriptor<io.backstitch.v1.RetryStepRequest, io.backstitch.v1.RetryStepResponse> getRetryStepMethod;
    if ((getRetryStepMethod = OperatorServiceGrpc.getRetryStepMethod) == null) {
      synchronized (OperatorServiceGrpc.class) {
        if ((getRetryStepMethod = OperatorServiceGrpc.getRetryStepMethod) == null) {
          OperatorServiceGrpc.getRetryStepMethod = getRetryStepMethod =
              io.grpc.MethodDescriptor.<io.backstitch.v1.RetryStepRequest, io.backstitch.v1.RetryStepResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "RetryStep"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.RetryStepRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.RetryStepResponse.getDefaultInstance()))
              .setSchemaDescriptor(new OperatorServiceMethodDescriptorSupplier("RetryStep"))
              .build();
        }
      }
    }
    return getRetryStepMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.backstitch.v1.SkipStepRequest,
      io.backstitch.v1.SkipStepResponse> getSkipStepMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "SkipStep",
      requestType = io.backstitch.v1.SkipStepRequest.class,
      responseType = io.backstitch.v1.SkipStepResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.backstitch.v1.SkipStepRequest,
      io.backstitch.v1.SkipStepResponse> getSkipStepMethod() {
    io.grpc.MethodDescriptor<io.backstitch.v1.SkipStepRequest, io.backstitch.v1.SkipStepResponse> getSkipStepMethod;
    if ((getSkipStepMethod = OperatorServiceGrpc.getSkipStepMethod) == null) {
      synchronized (OperatorServiceGrpc.class) {
        if ((getSkipStepMethod = OperatorServiceGrpc.getSkipStepMethod) == null) {
          OperatorServiceGrpc.getSkipStepMethod = getSkipStepMethod =
              io.grpc.MethodDescriptor.<io.backstitch.v1.SkipStepRequest, io.backstitch.v1.SkipStepResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "SkipStep"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.SkipStepRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.SkipStepResponse.getDefaultInstance()))
              .setSchemaDescriptor(new OperatorServiceMethodDescriptorSupplier("SkipStep"))
              .build();
        }
      }
    }
    return getSkipStepMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.backstitch.v1.ResolveStepRequest,
      io.backstitch.v1.ResolveStepResponse> getResolveStepMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ResolveStep",
      requestType = io.backstitch.v1.ResolveStepRequest.class,
      responseType = io.backstitch.v1.ResolveStepResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.backstitch.v1.ResolveStepRequest,
      io.backstitch.v1.ResolveStepResponse> getResolveStepMethod() {
    io.grpc.MethodDescriptor<io.backstitch.v1.ResolveStepRequest, io.backstitch.v1.ResolveStepResponse> getResolveStepMethod;
    if ((getResolveStepMethod = OperatorServiceGrpc.getResolveStepMethod) == null) {
      synchronized (OperatorServiceGrpc.class) {
        if ((getResolveStepMethod = OperatorServiceGrpc.getResolveStepMethod) == null) {
          OperatorServiceGrpc.getResolveStepMethod = getResolveStepMethod =
              io.grpc.MethodDescriptor.<io.backstitch.v1.ResolveStepRequest, io.backstitch.v1.ResolveStepResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ResolveStep"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.ResolveStepRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.ResolveStepResponse.getDefaultInstance()))
              .setSchemaDescriptor(new OperatorServiceMethodDescriptorSupplier("ResolveStep"))
              .build();
        }
      }
    }
    return getResolveStepMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.backstitch.v1.SuspendSagaRequest,
      io.backstitch.v1.SuspendSagaResponse> getSuspendSagaMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "SuspendSaga",
      requestType = io.backstitch.v1.SuspendSagaRequest.class,
      responseType = io.backstitch.v1.SuspendSagaResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.backstitch.v1.SuspendSagaRequest,
      io.backstitch.v1.SuspendSagaResponse> getSuspendSagaMethod() {
    io.grpc.MethodDescriptor<io.backstitch.v1.SuspendSagaRequest, io.backstitch.v1.SuspendSagaResponse> getSuspendSagaMethod;
    if ((getSuspendSagaMethod = OperatorServiceGrpc.getSuspendSagaMethod) == null) {
      synchronized (OperatorServiceGrpc.class) {
        if ((getSuspendSagaMethod = OperatorServiceGrpc.getSuspendSagaMethod) == null) {
          OperatorServiceGrpc.getSuspendSagaMethod = getSuspendSagaMethod =
              io.grpc.MethodDescriptor.<io.backstitch.v1.SuspendSagaRequest, io.backstitch.v1.SuspendSagaResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "SuspendSaga"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.SuspendSagaRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.SuspendSagaResponse.getDefaultInstance()))
              .setSchemaDescriptor(new OperatorServiceMethodDescriptorSupplier("SuspendSaga"))
              .build();
        }
      }
    }
    return getSuspendSagaMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.backstitch.v1.ResumeSagaRequest,
      io.backstitch.v1.ResumeSagaResponse> getResumeSagaMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ResumeSaga",
      requestType = io.backstitch.v1.ResumeSagaRequest.class,
      responseType = io.backstitch.v1.ResumeSagaResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.backstitch.v1.ResumeSagaRequest,
      io.backstitch.v1.ResumeSagaResponse> getResumeSagaMethod() {
    io.grpc.MethodDescriptor<io.backstitch.v1.ResumeSagaRequest, io.backstitch.v1.ResumeSagaResponse> getResumeSagaMethod;
    if ((getResumeSagaMethod = OperatorServiceGrpc.getResumeSagaMethod) == null) {
      synchronized (OperatorServiceGrpc.class) {
        if ((getResumeSagaMethod = OperatorServiceGrpc.getResumeSagaMethod) == null) {
          OperatorServiceGrpc.getResumeSagaMethod = getResumeSagaMethod =
              io.grpc.MethodDescriptor.<io.backstitch.v1.ResumeSagaRequest, io.backstitch.v1.ResumeSagaResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ResumeSaga"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.ResumeSagaRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.ResumeSagaResponse.getDefaultInstance()))
              .setSchemaDescriptor(new OperatorServiceMethodDescriptorSupplier("ResumeSaga"))
              .build();
        }
      }
    }
    return getResumeSagaMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.backstitch.v1.AbandonSagaRequest,
      io.backstitch.v1.AbandonSagaResponse> getAbandonSagaMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "AbandonSaga",
      requestType = io.backstitch.v1.AbandonSagaRequest.class,
      responseType = io.backstitch.v1.AbandonSagaResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.backstitch.v1.AbandonSagaRequest,
      io.backstitch.v1.AbandonSagaResponse> getAbandonSagaMethod() {
    io.grpc.MethodDescriptor<io.backstitch.v1.AbandonSagaRequest, io.backstitch.v1.AbandonSagaResponse> getAbandonSagaMethod;
    if ((getAbandonSagaMethod = OperatorServiceGrpc.getAbandonSagaMethod) == null) {
      synchronized (OperatorServiceGrpc.class) {
        if ((getAbandonSagaMethod = OperatorServiceGrpc.getAbandonSagaMethod) == null) {
          OperatorServiceGrpc.getAbandonSagaMethod = getAbandonSagaMethod =
              io.grpc.MethodDescriptor.<io.backstitch.v1.AbandonSagaRequest, io.backstitch.v1.AbandonSagaResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "AbandonSaga"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.AbandonSagaRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.AbandonSagaResponse.getDefaultInstance()))
              .setSchemaDescriptor(new OperatorServiceMethodDescriptorSupplier("AbandonSaga"))
              .build();
        }
      }
    }
    return getAbandonSagaMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.backstitch.v1.ActOnSagasRequest,
      io.backstitch.v1.ActOnSagasResponse> getActOnSagasMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ActOnSagas",
      requestType = io.backstitch.v1.ActOnSagasRequest.class,
      responseType = io.backstitch.v1.ActOnSagasResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
  public static io.grpc.MethodDescriptor<io.backstitch.v1.ActOnSagasRequest,
      io.backstitch.v1.ActOnSagasResponse> getActOnSagasMethod() {
    io.grpc.MethodDescriptor<io.backstitch.v1.ActOnSagasRequest, io.backstitch.v1.ActOnSagasResponse> getActOnSagasMethod;
    if ((getActOnSagasMethod = OperatorServiceGrpc.getActOnSagasMethod) == null) {
      synchronized (OperatorServiceGrpc.class) {
        if ((getActOnSagasMethod = OperatorServiceGrpc.getActOnSagasMethod) == null) {
          OperatorServiceGrpc.getActOnSagasMethod = getActOnSagasMethod =
              io.grpc.MethodDescriptor.<io.backstitch.v1.ActOnSagasRequest, io.backstitch.v1.ActOnSagasResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ActOnSagas"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.ActOnSagasRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.ActOnSagasResponse.getDefaultInstance()))
              .setSchemaDescriptor(new OperatorServiceMethodDescriptorSupplier("ActOnSagas"))
              .build();
        }
      }
    }
    return getActOnSagasMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.backstitch.v1.ListParticipantsRequest,
      io.backstitch.v1.ListParticipantsResponse> getListParticipantsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListParticipants",
      requestType = io.backstitch.v1.ListParticipantsRequest.class,
      responseType = io.backstitch.v1.ListParticipantsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.backstitch.v1.ListParticipantsRequest,
      io.backstitch.v1.ListParticipantsResponse> getListParticipantsMethod() {
    io.grpc.MethodDescriptor<io.backstitch.v1.ListParticipantsRequest, io.backstitch.v1.ListParticipantsResponse> getListParticipantsMethod;
    if ((getListParticipantsMethod = OperatorServiceGrpc.getListParticipantsMethod) == null) {
      synchronized (OperatorServiceGrpc.class) {
        if ((getListParticipantsMethod = OperatorServiceGrpc.getListParticipantsMethod) == null) {
          OperatorServiceGrpc.getListParticipantsMethod = getListParticipantsMethod =
              io.grpc.MethodDescriptor.<io.backstitch.v1.ListParticipantsRequest, io.backstitch.v1.ListParticipantsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListParticipants"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.ListParticipantsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.ListParticipantsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new OperatorServiceMethodDescriptorSupplier("ListParticipants"))
              .build();
        }
      }
    }
    return getListParticipantsMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.backstitch.v1.GetClusterInfoRequest,
      io.backstitch.v1.GetClusterInfoResponse> getGetClusterInfoMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetClusterInfo",
      requestType = io.backstitch.v1.GetClusterInfoRequest.class,
      responseType = io.backstitch.v1.GetClusterInfoResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.backstitch.v1.GetClusterInfoRequest,
      io.backstitch.v1.GetClusterInfoResponse> getGetClusterInfoMethod() {
    io.grpc.MethodDescriptor<io.backstitch.v1.GetClusterInfoRequest, io.backstitch.v1.GetClusterInfoResponse> getGetClusterInfoMethod;
    if ((getGetClusterInfoMethod = OperatorServiceGrpc.getGetClusterInfoMethod) == null) {
      synchronized (OperatorServiceGrpc.class) {
        if ((getGetClusterInfoMethod = OperatorServiceGrpc.getGetClusterInfoMethod) == null) {
          OperatorServiceGrpc.getGetClusterInfoMethod = getGetClusterInfoMethod =
              io.grpc.MethodDescriptor.<io.backstitch.v1.GetClusterInfoRequest, io.backstitch.v1.GetClusterInfoResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetClusterInfo"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.GetClusterInfoRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.GetClusterInfoResponse.getDefaultInstance()))
              .setSchemaDescriptor(new OperatorServiceMethodDescriptorSupplier("GetClusterInfo"))
              .build();
        }
      }
    }
    return getGetClusterInfoMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static OperatorServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<OperatorServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<OperatorServiceStub>() {
        @java.lang.Override
        public OperatorServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new OperatorServiceStub(channel, callOptions);
        }
      };
    return OperatorServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static OperatorServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<OperatorServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<OperatorServiceBlockingV2Stub>() {
        @java.lang.Override
        public OperatorServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new OperatorServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return OperatorServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static OperatorServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<OperatorServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<OperatorServiceBlockingStub>() {
        @java.lang.Override
        public OperatorServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new OperatorServiceBlockingStub(channel, callOptions);
        }
      };
    return OperatorServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static OperatorServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<OperatorServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<OperatorServiceFutureStub>() {
        @java.lang.Override
        public OperatorServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new OperatorServiceFutureStub(channel, callOptions);
        }
      };
    return OperatorServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * What people do when a saga needs a decision, and what they look at.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Tries a waiting, failed or suspended step again now, with a fresh allowance of attempts, which count from 1 again. After a
     * refusal, or with another input, in a new round.
     * </pre>
     */
    default void retryStep(io.backstitch.v1.RetryStepRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.RetryStepResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getRetryStepMethod(), responseObserver);
    }

    /**
     * <pre>
     * Goes on without a step's Do or Undo.
     * </pre>
     */
    default void skipStep(io.backstitch.v1.SkipStepRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.SkipStepResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getSkipStepMethod(), responseObserver);
    }

    /**
     * <pre>
     * Says what really happened to a step whose outcome is unknown.
     * </pre>
     */
    default void resolveStep(io.backstitch.v1.ResolveStepRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.ResolveStepResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getResolveStepMethod(), responseObserver);
    }

    /**
     * <pre>
     * Stops a saga until ResumeSaga. Its clocks stand still.
     * </pre>
     */
    default void suspendSaga(io.backstitch.v1.SuspendSagaRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.SuspendSagaResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getSuspendSagaMethod(), responseObserver);
    }

    /**
     * <pre>
     * Lets a suspended saga go on.
     * </pre>
     */
    default void resumeSaga(io.backstitch.v1.ResumeSagaRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.ResumeSagaResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getResumeSagaMethod(), responseObserver);
    }

    /**
     * <pre>
     * Accepts a saga as it is: final, counted, audited.
     * </pre>
     */
    default void abandonSaga(io.backstitch.v1.AbandonSagaRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.AbandonSagaResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getAbandonSagaMethod(), responseObserver);
    }

    /**
     * <pre>
     * Does one of these to every saga that a filter finds, at a given rate. Repeated with the same request_id it goes on
     * where it stopped: a saga is acted on once for a request_id, as long as that is among the last 64 it answered. The
     * stream ends with its connection, which max_connection_age closes: repeat it then.
     * </pre>
     */
    default void actOnSagas(io.backstitch.v1.ActOnSagasRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.ActOnSagasResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getActOnSagasMethod(), responseObserver);
    }

    /**
     * <pre>
     * Lists the participants with the state of their breakers.
     * </pre>
     */
    default void listParticipants(io.backstitch.v1.ListParticipantsRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.ListParticipantsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListParticipantsMethod(), responseObserver);
    }

    /**
     * <pre>
     * Tells of the cluster: replicas, partitions, store.
     * </pre>
     */
    default void getClusterInfo(io.backstitch.v1.GetClusterInfoRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.GetClusterInfoResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetClusterInfoMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service OperatorService.
   * <pre>
   * What people do when a saga needs a decision, and what they look at.
   * </pre>
   */
  public static abstract class OperatorServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return OperatorServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service OperatorService.
   * <pre>
   * What people do when a saga needs a decision, and what they look at.
   * </pre>
   */
  public static final class OperatorServiceStub
      extends io.grpc.stub.AbstractAsyncStub<OperatorServiceStub> {
    private OperatorServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected OperatorServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new OperatorServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * Tries a waiting, failed or suspended step again now, with a fresh allowance of attempts, which count from 1 again. After a
     * refusal, or with another input, in a new round.
     * </pre>
     */
    public void retryStep(io.backstitch.v1.RetryStepRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.RetryStepResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getRetryStepMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Goes on without a step's Do or Undo.
     * </pre>
     */
    public void skipStep(io.backstitch.v1.SkipStepRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.SkipStepResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getSkipStepMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Says what really happened to a step whose outcome is unknown.
     * </pre>
     */
    public void resolveStep(io.backstitch.v1.ResolveStepRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.ResolveStepResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getResolveStepMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Stops a saga until ResumeSaga. Its clocks stand still.
     * </pre>
     */
    public void suspendSaga(io.backstitch.v1.SuspendSagaRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.SuspendSagaResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getSuspendSagaMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Lets a suspended saga go on.
     * </pre>
     */
    public void resumeSaga(io.backstitch.v1.ResumeSagaRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.ResumeSagaResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getResumeSagaMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Accepts a saga as it is: final, counted, audited.
     * </pre>
     */
    public void abandonSaga(io.backstitch.v1.AbandonSagaRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.AbandonSagaResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getAbandonSagaMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Does one of these to every saga that a filter finds, at a given rate. Repeated with the same request_id it goes on
     * where it stopped: a saga is acted on once for a request_id, as long as that is among the last 64 it answered. The
     * stream ends with its connection, which max_connection_age closes: repeat it then.
     * </pre>
     */
    public void actOnSagas(io.backstitch.v1.ActOnSagasRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.ActOnSagasResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncServerStreamingCall(
          getChannel().newCall(getActOnSagasMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Lists the participants with the state of their breakers.
     * </pre>
     */
    public void listParticipants(io.backstitch.v1.ListParticipantsRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.ListParticipantsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListParticipantsMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Tells of the cluster: replicas, partitions, store.
     * </pre>
     */
    public void getClusterInfo(io.backstitch.v1.GetClusterInfoRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.GetClusterInfoResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetClusterInfoMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service OperatorService.
   * <pre>
   * What people do when a saga needs a decision, and what they look at.
   * </pre>
   */
  public static final class OperatorServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<OperatorServiceBlockingV2Stub> {
    private OperatorServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected OperatorServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new OperatorServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Tries a waiting, failed or suspended step again now, with a fresh allowance of attempts, which count from 1 again. After a
     * refusal, or with another input, in a new round.
     * </pre>
     */
    public io.backstitch.v1.RetryStepResponse retryStep(io.backstitch.v1.RetryStepRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getRetryStepMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Goes on without a step's Do or Undo.
     * </pre>
     */
    public io.backstitch.v1.SkipStepResponse skipStep(io.backstitch.v1.SkipStepRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getSkipStepMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Says what really happened to a step whose outcome is unknown.
     * </pre>
     */
    public io.backstitch.v1.ResolveStepResponse resolveStep(io.backstitch.v1.ResolveStepRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getResolveStepMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Stops a saga until ResumeSaga. Its clocks stand still.
     * </pre>
     */
    public io.backstitch.v1.SuspendSagaResponse suspendSaga(io.backstitch.v1.SuspendSagaRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getSuspendSagaMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lets a suspended saga go on.
     * </pre>
     */
    public io.backstitch.v1.ResumeSagaResponse resumeSaga(io.backstitch.v1.ResumeSagaRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getResumeSagaMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Accepts a saga as it is: final, counted, audited.
     * </pre>
     */
    public io.backstitch.v1.AbandonSagaResponse abandonSaga(io.backstitch.v1.AbandonSagaRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getAbandonSagaMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Does one of these to every saga that a filter finds, at a given rate. Repeated with the same request_id it goes on
     * where it stopped: a saga is acted on once for a request_id, as long as that is among the last 64 it answered. The
     * stream ends with its connection, which max_connection_age closes: repeat it then.
     * </pre>
     */
    @io.grpc.ExperimentalApi("https://github.com/grpc/grpc-java/issues/10918")
    public io.grpc.stub.BlockingClientCall<?, io.backstitch.v1.ActOnSagasResponse>
        actOnSagas(io.backstitch.v1.ActOnSagasRequest request) {
      return io.grpc.stub.ClientCalls.blockingV2ServerStreamingCall(
          getChannel(), getActOnSagasMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists the participants with the state of their breakers.
     * </pre>
     */
    public io.backstitch.v1.ListParticipantsResponse listParticipants(io.backstitch.v1.ListParticipantsRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListParticipantsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Tells of the cluster: replicas, partitions, store.
     * </pre>
     */
    public io.backstitch.v1.GetClusterInfoResponse getClusterInfo(io.backstitch.v1.GetClusterInfoRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetClusterInfoMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service OperatorService.
   * <pre>
   * What people do when a saga needs a decision, and what they look at.
   * </pre>
   */
  public static final class OperatorServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<OperatorServiceBlockingStub> {
    private OperatorServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected OperatorServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new OperatorServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Tries a waiting, failed or suspended step again now, with a fresh allowance of attempts, which count from 1 again. After a
     * refusal, or with another input, in a new round.
     * </pre>
     */
    public io.backstitch.v1.RetryStepResponse retryStep(io.backstitch.v1.RetryStepRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getRetryStepMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Goes on without a step's Do or Undo.
     * </pre>
     */
    public io.backstitch.v1.SkipStepResponse skipStep(io.backstitch.v1.SkipStepRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getSkipStepMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Says what really happened to a step whose outcome is unknown.
     * </pre>
     */
    public io.backstitch.v1.ResolveStepResponse resolveStep(io.backstitch.v1.ResolveStepRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getResolveStepMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Stops a saga until ResumeSaga. Its clocks stand still.
     * </pre>
     */
    public io.backstitch.v1.SuspendSagaResponse suspendSaga(io.backstitch.v1.SuspendSagaRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getSuspendSagaMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lets a suspended saga go on.
     * </pre>
     */
    public io.backstitch.v1.ResumeSagaResponse resumeSaga(io.backstitch.v1.ResumeSagaRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getResumeSagaMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Accepts a saga as it is: final, counted, audited.
     * </pre>
     */
    public io.backstitch.v1.AbandonSagaResponse abandonSaga(io.backstitch.v1.AbandonSagaRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getAbandonSagaMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Does one of these to every saga that a filter finds, at a given rate. Repeated with the same request_id it goes on
     * where it stopped: a saga is acted on once for a request_id, as long as that is among the last 64 it answered. The
     * stream ends with its connection, which max_connection_age closes: repeat it then.
     * </pre>
     */
    public java.util.Iterator<io.backstitch.v1.ActOnSagasResponse> actOnSagas(
        io.backstitch.v1.ActOnSagasRequest request) {
      return io.grpc.stub.ClientCalls.blockingServerStreamingCall(
          getChannel(), getActOnSagasMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists the participants with the state of their breakers.
     * </pre>
     */
    public io.backstitch.v1.ListParticipantsResponse listParticipants(io.backstitch.v1.ListParticipantsRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListParticipantsMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Tells of the cluster: replicas, partitions, store.
     * </pre>
     */
    public io.backstitch.v1.GetClusterInfoResponse getClusterInfo(io.backstitch.v1.GetClusterInfoRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetClusterInfoMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service OperatorService.
   * <pre>
   * What people do when a saga needs a decision, and what they look at.
   * </pre>
   */
  public static final class OperatorServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<OperatorServiceFutureStub> {
    private OperatorServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected OperatorServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new OperatorServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Tries a waiting, failed or suspended step again now, with a fresh allowance of attempts, which count from 1 again. After a
     * refusal, or with another input, in a new round.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.backstitch.v1.RetryStepResponse> retryStep(
        io.backstitch.v1.RetryStepRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getRetryStepMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Goes on without a step's Do or Undo.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.backstitch.v1.SkipStepResponse> skipStep(
        io.backstitch.v1.SkipStepRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getSkipStepMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Says what really happened to a step whose outcome is unknown.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.backstitch.v1.ResolveStepResponse> resolveStep(
        io.backstitch.v1.ResolveStepRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getResolveStepMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Stops a saga until ResumeSaga. Its clocks stand still.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.backstitch.v1.SuspendSagaResponse> suspendSaga(
        io.backstitch.v1.SuspendSagaRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getSuspendSagaMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Lets a suspended saga go on.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.backstitch.v1.ResumeSagaResponse> resumeSaga(
        io.backstitch.v1.ResumeSagaRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getResumeSagaMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Accepts a saga as it is: final, counted, audited.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.backstitch.v1.AbandonSagaResponse> abandonSaga(
        io.backstitch.v1.AbandonSagaRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getAbandonSagaMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Lists the participants with the state of their breakers.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.backstitch.v1.ListParticipantsResponse> listParticipants(
        io.backstitch.v1.ListParticipantsRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListParticipantsMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Tells of the cluster: replicas, partitions, store.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.backstitch.v1.GetClusterInfoResponse> getClusterInfo(
        io.backstitch.v1.GetClusterInfoRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetClusterInfoMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_RETRY_STEP = 0;
  private static final int METHODID_SKIP_STEP = 1;
  private static final int METHODID_RESOLVE_STEP = 2;
  private static final int METHODID_SUSPEND_SAGA = 3;
  private static final int METHODID_RESUME_SAGA = 4;
  private static final int METHODID_ABANDON_SAGA = 5;
  private static final int METHODID_ACT_ON_SAGAS = 6;
  private static final int METHODID_LIST_PARTICIPANTS = 7;
  private static final int METHODID_GET_CLUSTER_INFO = 8;

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
        case METHODID_RETRY_STEP:
          serviceImpl.retryStep((io.backstitch.v1.RetryStepRequest) request,
              (io.grpc.stub.StreamObserver<io.backstitch.v1.RetryStepResponse>) responseObserver);
          break;
        case METHODID_SKIP_STEP:
          serviceImpl.skipStep((io.backstitch.v1.SkipStepRequest) request,
              (io.grpc.stub.StreamObserver<io.backstitch.v1.SkipStepResponse>) responseObserver);
          break;
        case METHODID_RESOLVE_STEP:
          serviceImpl.resolveStep((io.backstitch.v1.ResolveStepRequest) request,
              (io.grpc.stub.StreamObserver<io.backstitch.v1.ResolveStepResponse>) responseObserver);
          break;
        case METHODID_SUSPEND_SAGA:
          serviceImpl.suspendSaga((io.backstitch.v1.SuspendSagaRequest) request,
              (io.grpc.stub.StreamObserver<io.backstitch.v1.SuspendSagaResponse>) responseObserver);
          break;
        case METHODID_RESUME_SAGA:
          serviceImpl.resumeSaga((io.backstitch.v1.ResumeSagaRequest) request,
              (io.grpc.stub.StreamObserver<io.backstitch.v1.ResumeSagaResponse>) responseObserver);
          break;
        case METHODID_ABANDON_SAGA:
          serviceImpl.abandonSaga((io.backstitch.v1.AbandonSagaRequest) request,
              (io.grpc.stub.StreamObserver<io.backstitch.v1.AbandonSagaResponse>) responseObserver);
          break;
        case METHODID_ACT_ON_SAGAS:
          serviceImpl.actOnSagas((io.backstitch.v1.ActOnSagasRequest) request,
              (io.grpc.stub.StreamObserver<io.backstitch.v1.ActOnSagasResponse>) responseObserver);
          break;
        case METHODID_LIST_PARTICIPANTS:
          serviceImpl.listParticipants((io.backstitch.v1.ListParticipantsRequest) request,
              (io.grpc.stub.StreamObserver<io.backstitch.v1.ListParticipantsResponse>) responseObserver);
          break;
        case METHODID_GET_CLUSTER_INFO:
          serviceImpl.getClusterInfo((io.backstitch.v1.GetClusterInfoRequest) request,
              (io.grpc.stub.StreamObserver<io.backstitch.v1.GetClusterInfoResponse>) responseObserver);
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
          getRetryStepMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.backstitch.v1.RetryStepRequest,
              io.backstitch.v1.RetryStepResponse>(
                service, METHODID_RETRY_STEP)))
        .addMethod(
          getSkipStepMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.backstitch.v1.SkipStepRequest,
              io.backstitch.v1.SkipStepResponse>(
                service, METHODID_SKIP_STEP)))
        .addMethod(
          getResolveStepMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.backstitch.v1.ResolveStepRequest,
              io.backstitch.v1.ResolveStepResponse>(
                service, METHODID_RESOLVE_STEP)))
        .addMethod(
          getSuspendSagaMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.backstitch.v1.SuspendSagaRequest,
              io.backstitch.v1.SuspendSagaResponse>(
                service, METHODID_SUSPEND_SAGA)))
        .addMethod(
          getResumeSagaMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.backstitch.v1.ResumeSagaRequest,
              io.backstitch.v1.ResumeSagaResponse>(
                service, METHODID_RESUME_SAGA)))
        .addMethod(
          getAbandonSagaMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.backstitch.v1.AbandonSagaRequest,
              io.backstitch.v1.AbandonSagaResponse>(
                service, METHODID_ABANDON_SAGA)))
        .addMethod(
          getActOnSagasMethod(),
          io.grpc.stub.ServerCalls.asyncServerStreamingCall(
            new MethodHandlers<
              io.backstitch.v1.ActOnSagasRequest,
              io.backstitch.v1.ActOnSagasResponse>(
                service, METHODID_ACT_ON_SAGAS)))
        .addMethod(
          getListParticipantsMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.backstitch.v1.ListParticipantsRequest,
              io.backstitch.v1.ListParticipantsResponse>(
                service, METHODID_LIST_PARTICIPANTS)))
        .addMethod(
          getGetClusterInfoMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.backstitch.v1.GetClusterInfoRequest,
              io.backstitch.v1.GetClusterInfoResponse>(
                service, METHODID_GET_CLUSTER_INFO)))
        .build();
  }

  private static abstract class OperatorServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    OperatorServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return io.backstitch.v1.OperatorServiceOuterClass.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("OperatorService");
    }
  }

  private static final class OperatorServiceFileDescriptorSupplier
      extends OperatorServiceBaseDescriptorSupplier {
    OperatorServiceFileDescriptorSupplier() {}
  }

  private static final class OperatorServiceMethodDescriptorSupplier
      extends OperatorServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    OperatorServiceMethodDescriptorSupplier(java.lang.String methodName) {
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
      synchronized (OperatorServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new OperatorServiceFileDescriptorSupplier())
              .addMethod(getRetryStepMethod())
              .addMethod(getSkipStepMethod())
              .addMethod(getResolveStepMethod())
              .addMethod(getSuspendSagaMethod())
              .addMethod(getResumeSagaMethod())
              .addMethod(getAbandonSagaMethod())
              .addMethod(getActOnSagasMethod())
              .addMethod(getListParticipantsMethod())
              .addMethod(getGetClusterInfoMethod())
              .build();
        }
      }
    }
    return result;
  }
}
