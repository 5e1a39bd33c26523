package io.backstitch.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * Starts sagas and follows them.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class SagaServiceGrpc {

  private SagaServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "backstitch.v1.SagaService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<io.backstitch.v1.StartSagaRequest,
      io.backstitch.v1.StartSagaResponse> getStartSagaMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "StartSaga",
      requestType = io.backstitch.v1.StartSagaRequest.class,
      responseType = io.backstitch.v1.StartSagaResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.backstitch.v1.StartSagaRequest,
      io.backstitch.v1.StartSagaResponse> getStartSagaMethod() {
    io.grpc.MethodDescriptor<io.backstitch.v1.StartSagaRequest, io.backstitch.v1.StartSagaResponse> getStartSagaMethod;
    if ((getStartSagaMethod = SagaServiceGrpc.getStartSagaMethod) == null) {
      synchronized (SagaServiceGrpc.class) {
        if ((getStartSagaMethod = SagaServiceGrpc.getStartSagaMethod) == null) {
          SagaServiceGrpc.getStartSagaMethod = getStartSagaMethod =
              io.grpc.MethodDescriptor.<io.backstitch.v1.StartSagaRequest, io.backstitch.v1.StartSagaResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "StartSaga"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.StartSagaRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.StartSagaResponse.getDefaultInstance()))
              .setSchemaDescriptor(new SagaServiceMethodDescriptorSupplier("StartSaga"))
              .build();
        }
      }
    }
    return getStartSagaMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.backstitch.v1.StartSagasRequest,
      io.backstitch.v1.StartSagasResponse> getStartSagasMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "StartSagas",
      requestType = io.backstitch.v1.StartSagasRequest.class,
      responseType = io.backstitch.v1.StartSagasResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.BIDI_STREAMING)
  public static io.grpc.MethodDescriptor<io.backstitch.v1.StartSagasRequest,
      io.backstitch.v1.StartSagasResponse> getStartSagasMethod() {
    io.grpc.MethodDescriptor<io.backstitch.v1.StartSagasRequest, io.backstitch.v1.StartSagasResponse> getStartSagasMethod;
    if ((getStartSagasMethod = SagaServiceGrpc.getStartSagasMethod) == null) {
      synchronized (SagaServiceGrpc.class) {
        if ((getStartSagasMethod = SagaServiceGrpc.getStartSagasMethod) == null) {
          SagaServiceGrpc.getStartSagasMethod = getStartSagasMethod =
              io.grpc.MethodDescriptor.<io.backstitch.v1.StartSagasRequest, io.backstitch.v1.StartSagasResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.BIDI_STREAMING)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "StartSagas"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.StartSagasRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.StartSagasResponse.getDefaultInstance()))
              .setSchemaDescriptor(new SagaServiceMethodDescriptorSupplier("StartSagas"))
              .build();
        }
      }
    }
    return getStartSagasMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.backstitch.v1.GetSagaRequest,
      io.backstitch.v1.GetSagaResponse> getGetSagaMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetSaga",
      requestType = io.backstitch.v1.GetSagaRequest.class,
      responseType = io.backstitch.v1.GetSagaResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.backstitch.v1.GetSagaRequest,
      io.backstitch.v1.GetSagaResponse> getGetSagaMethod() {
    io.grpc.MethodDescriptor<io.backstitch.v1.GetSagaRequest, io.backstitch.v1.GetSagaResponse> getGetSagaMethod;
    if ((getGetSagaMethod = SagaServiceGrpc.getGetSagaMethod) == null) {
      synchronized (SagaServiceGrpc.class) {
        if ((getGetSagaMethod = SagaServiceGrpc.getGetSagaMethod) == null) {
          SagaServiceGrpc.getGetSagaMethod = getGetSagaMethod =
              io.grpc.MethodDescriptor.<io.backstitch.v1.GetSagaRequest, io.backstitch.v1.GetSagaResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetSaga"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.GetSagaRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.GetSagaResponse.getDefaultInstance()))
              .setSchemaDescriptor(new SagaServiceMethodDescriptorSupplier("GetSaga"))
              .build();
        }
      }
    }
    return getGetSagaMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.backstitch.v1.ListSagasRequest,
      io.backstitch.v1.ListSagasResponse> getListSagasMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "ListSagas",
      requestType = io.backstitch.v1.ListSagasRequest.class,
      responseType = io.backstitch.v1.ListSagasResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.backstitch.v1.ListSagasRequest,
      io.backstitch.v1.ListSagasResponse> getListSagasMethod() {
    io.grpc.MethodDescriptor<io.backstitch.v1.ListSagasRequest, io.backstitch.v1.ListSagasResponse> getListSagasMethod;
    if ((getListSagasMethod = SagaServiceGrpc.getListSagasMethod) == null) {
      synchronized (SagaServiceGrpc.class) {
        if ((getListSagasMethod = SagaServiceGrpc.getListSagasMethod) == null) {
          SagaServiceGrpc.getListSagasMethod = getListSagasMethod =
              io.grpc.MethodDescriptor.<io.backstitch.v1.ListSagasRequest, io.backstitch.v1.ListSagasResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "ListSagas"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.ListSagasRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.ListSagasResponse.getDefaultInstance()))
              .setSchemaDescriptor(new SagaServiceMethodDescriptorSupplier("ListSagas"))
              .build();
        }
      }
    }
    return getListSagasMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.backstitch.v1.WatchSagaRequest,
      io.backstitch.v1.WatchSagaResponse> getWatchSagaMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "WatchSaga",
      requestType = io.backstitch.v1.WatchSagaRequest.class,
      responseType = io.backstitch.v1.WatchSagaResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
  public static io.grpc.MethodDescriptor<io.backstitch.v1.WatchSagaRequest,
      io.backstitch.v1.WatchSagaResponse> getWatchSagaMethod() {
    io.grpc.MethodDescriptor<io.backstitch.v1.WatchSagaRequest, io.backstitch.v1.WatchSagaResponse> getWatchSagaMethod;
    if ((getWatchSagaMethod = SagaServiceGrpc.getWatchSagaMethod) == null) {
      synchronized (SagaServiceGrpc.class) {
        if ((getWatchSagaMethod = SagaServiceGrpc.getWatchSagaMethod) == null) {
          SagaServiceGrpc.getWatchSagaMethod = getWatchSagaMethod =
              io.grpc.MethodDescriptor.<io.backstitch.v1.WatchSagaRequest, io.backstitch.v1.WatchSagaResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "WatchSaga"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.WatchSagaRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.WatchSagaResponse.getDefaultInstance()))
              .setSchemaDescriptor(new SagaServiceMethodDescriptorSupplier("WatchSaga"))
              .build();
        }
      }
    }
    return getWatchSagaMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.backstitch.v1.GetSagaHistoryRequest,
      io.backstitch.v1.GetSagaHistoryResponse> getGetSagaHistoryMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "GetSagaHistory",
      requestType = io.backstitch.v1.GetSagaHistoryRequest.class,
      responseType = io.backstitch.v1.GetSagaHistoryResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.backstitch.v1.GetSagaHistoryRequest,
      io.backstitch.v1.GetSagaHistoryResponse> getGetSagaHistoryMethod() {
    io.grpc.MethodDescriptor<io.backstitch.v1.GetSagaHistoryRequest, io.backstitch.v1.GetSagaHistoryResponse> getGetSagaHistoryMethod;
    if ((getGetSagaHistoryMethod = SagaServiceGrpc.getGetSagaHistoryMethod) == null) {
      synchronized (SagaServiceGrpc.class) {
        if ((getGetSagaHistoryMethod = SagaServiceGrpc.getGetSagaHistoryMethod) == null) {
          SagaServiceGrpc.getGetSagaHistoryMethod = getGetSagaHistoryMethod =
              io.grpc.MethodDescriptor.<io.backstitch.v1.GetSagaHistoryRequest, io.backstitch.v1.GetSagaHistoryResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "GetSagaHistory"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.GetSagaHistoryRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.GetSagaHistoryResponse.getDefaultInstance()))
              .setSchemaDescriptor(new SagaServiceMethodDescriptorSupplier("GetSagaHistory"))
              .build();
        }
      }
    }
    return getGetSagaHistoryMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.backstitch.v1.SignalSagaRequest,
      io.backstitch.v1.SignalSagaResponse> getSignalSagaMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "SignalSaga",
      requestType = io.backstitch.v1.SignalSagaRequest.class,
      responseType = io.backstitch.v1.SignalSagaResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.backstitch.v1.SignalSagaRequest,
      io.backstitch.v1.SignalSagaResponse> getSignalSagaMethod() {
    io.grpc.MethodDescriptor<io.backstitch.v1.SignalSagaRequest, io.backstitch.v1.SignalSagaResponse> getSignalSagaMethod;
    if ((getSignalSagaMethod = SagaServiceGrpc.getSignalSagaMethod) == null) {
      synchronized (SagaServiceGrpc.class) {
        if ((getSignalSagaMethod = SagaServiceGrpc.getSignalSagaMethod) == null) {
          SagaServiceGrpc.getSignalSagaMethod = getSignalSagaMethod =
              io.grpc.MethodDescriptor.<io.backstitch.v1.SignalSagaRequest, io.backstitch.v1.SignalSagaResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "SignalSaga"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.SignalSagaRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.SignalSagaResponse.getDefaultInstance()))
              .setSchemaDescriptor(new SagaServiceMethodDescriptorSupplier("SignalSaga"))
              .build();
        }
      }
    }
    return getSignalSagaMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.backstitch.v1.CancelSagaRequest,
      io.backstitch.v1.CancelSagaResponse> getCancelSagaMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "CancelSaga",
      requestType = io.backstitch.v1.CancelSagaRequest.class,
      responseType = io.backstitch.v1.CancelSagaResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.backstitch.v1.CancelSagaRequest,
      io.backstitch.v1.CancelSagaResponse> getCancelSagaMethod() {
    io.grpc.MethodDescriptor<io.backstitch.v1.CancelSagaRequest, io.backstitch.v1.CancelSagaResponse> getCancelSagaMethod;
    if ((getCancelSagaMethod = SagaServiceGrpc.getCancelSagaMethod) == null) {
      synchronized (SagaServiceGrpc.class) {
        if ((getCancelSagaMethod = SagaServiceGrpc.getCancelSagaMethod) == null) {
          SagaServiceGrpc.getCancelSagaMethod = getCancelSagaMethod =
              io.grpc.MethodDescriptor.<io.backstitch.v1.CancelSagaRequest, io.backstitch.v1.CancelSagaResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "CancelSaga"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.CancelSagaRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.CancelSagaResponse.getDefaultInstance()))
              .setSchemaDescriptor(new SagaServiceMethodDescriptorSupplier("CancelSaga"))
              .build();
        }
      }
    }
    return getCancelSagaMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.backstitch.v1.CompleteStepRequest,
      io.backstitch.v1.CompleteStepResponse> getCompleteStepMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "CompleteStep",
      requestType = io.backstitch.v1.CompleteStepRequest.class,
      responseType = io.backstitch.v1.CompleteStepResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.backstitch.v1.CompleteStepRequest,
      io.backstitch.v1.CompleteStepResponse> getCompleteStepMethod() {
    io.grpc.MethodDescriptor<io.backstitch.v1.CompleteStepRequest, io.backstitch.v1.CompleteStepResponse> getCompleteStepMethod;
    if ((getCompleteStepMethod = SagaServiceGrpc.getCompleteStepMethod) == null) {
      synchronized (SagaServiceGrpc.class) {
        if ((getCompleteStepMethod = SagaServiceGrpc.getCompleteStepMethod) == null) {
          SagaServiceGrpc.getCompleteStepMethod = getCompleteStepMethod =
              io.grpc.MethodDescriptor.<io.backstitch.v1.CompleteStepRequest, io.backstitch.v1.CompleteStepResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "CompleteStep"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.CompleteStepRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.CompleteStepResponse.getDefaultInstance()))
              .setSchemaDescriptor(new SagaServiceMethodDescriptorSupplier("CompleteStep"))
              .build();
        }
      }
    }
    return getCompleteStepMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.backstitch.v1.HeartbeatStepRequest,
      io.backstitch.v1.HeartbeatStepResponse> getHeartbeatStepMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "HeartbeatStep",
      requestType = io.backstitch.v1.HeartbeatStepRequest.class,
      responseType = io.backstitch.v1.HeartbeatStepResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.backstitch.v1.HeartbeatStepRequest,
      io.backstitch.v1.HeartbeatStepResponse> getHeartbeatStepMethod() {
    io.grpc.MethodDescriptor<io.backstitch.v1.HeartbeatStepRequest, io.backstitch.v1.HeartbeatStepResponse> getHeartbeatStepMethod;
    if ((getHeartbeatStepMethod = SagaServiceGrpc.getHeartbeatStepMethod) == null) {
      synchronized (SagaServiceGrpc.class) {
        if ((getHeartbeatStepMethod = SagaServiceGrpc.getHeartbeatStepMethod) == null) {
          SagaServiceGrpc.getHeartbeatStepMethod = getHeartbeatStepMethod =
              io.grpc.MethodDescriptor.<io.backstitch.v1.HeartbeatStepRequest, io.backstitch.v1.HeartbeatStepResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "HeartbeatStep"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.HeartbeatStepRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.HeartbeatStepResponse.getDefaultInstance()))
              .setSchemaDescriptor(new SagaServiceMethodDescriptorSupplier("HeartbeatStep"))
              .build();
        }
      }
    }
    return getHeartbeatStepMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.backstitch.v1.WatchEventsRequest,
      io.backstitch.v1.WatchEventsResponse> getWatchEventsMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "WatchEvents",
      requestType = io.backstitch.v1.WatchEventsRequest.class,
      responseType = io.backstitch.v1.WatchEventsResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
  public static io.grpc.MethodDescriptor<io.backstitch.v1.WatchEventsRequest,
      io.backstitch.v1.WatchEventsResponse> getWatchEventsMethod() {
    io.grpc.MethodDescriptor<io.backstitch.v1.WatchEventsRequest, io.backstitch.v1.WatchEventsResponse> getWatchEventsMethod;
    if ((getWatchEventsMethod = SagaServiceGrpc.getWatchEventsMethod) == null) {
      synchronized (SagaServiceGrpc.class) {
        if ((getWatchEventsMethod = SagaServiceGrpc.getWatchEventsMethod) == null) {
          SagaServiceGrpc.getWatchEventsMethod = getWatchEventsMethod =
              io.grpc.MethodDescriptor.<io.backstitch.v1.WatchEventsRequest, io.backstitch.v1.WatchEventsResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "WatchEvents"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.WatchEventsRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.backstitch.v1.WatchEventsResponse.getDefaultInstance()))
              .setSchemaDescriptor(new SagaServiceMethodDescriptorSupplier("WatchEvents"))
              .build();
        }
      }
    }
    return getWatchEventsMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static SagaServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<SagaServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<SagaServiceStub>() {
        @java.lang.Override
        public SagaServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new SagaServiceStub(channel, callOptions);
        }
      };
    return SagaServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static SagaServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<SagaServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<SagaServiceBlockingV2Stub>() {
        @java.lang.Override
        public SagaServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new SagaServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return SagaServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static SagaServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<SagaServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<SagaServiceBlockingStub>() {
        @java.lang.Override
        public SagaServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new SagaServiceBlockingStub(channel, callOptions);
        }
      };
    return SagaServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static SagaServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<SagaServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<SagaServiceFutureStub>() {
        @java.lang.Override
        public SagaServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new SagaServiceFutureStub(channel, callOptions);
        }
      };
    return SagaServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * Starts sagas and follows them.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Starts a saga, once for a saga id.
     * </pre>
     */
    default void startSaga(io.backstitch.v1.StartSagaRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.StartSagaResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getStartSagaMethod(), responseObserver);
    }

    /**
     * <pre>
     * Starts many sagas over one stream: the throughput path. Answers come in any order, matched by correlation_id.
     * </pre>
     */
    default io.grpc.stub.StreamObserver<io.backstitch.v1.StartSagasRequest> startSagas(
        io.grpc.stub.StreamObserver<io.backstitch.v1.StartSagasResponse> responseObserver) {
      return io.grpc.stub.ServerCalls.asyncUnimplementedStreamingCall(getStartSagasMethod(), responseObserver);
    }

    /**
     * <pre>
     * Gives a saga as it is now.
     * </pre>
     */
    default void getSaga(io.backstitch.v1.GetSagaRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.GetSagaResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetSagaMethod(), responseObserver);
    }

    /**
     * <pre>
     * Lists sagas, newest first.
     * </pre>
     */
    default void listSagas(io.backstitch.v1.ListSagasRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.ListSagasResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getListSagasMethod(), responseObserver);
    }

    /**
     * <pre>
     * Gives a saga now and then at every change, until it is final.
     * </pre>
     */
    default void watchSaga(io.backstitch.v1.WatchSagaRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.WatchSagaResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getWatchSagaMethod(), responseObserver);
    }

    /**
     * <pre>
     * Gives what happened to a saga, in order.
     * </pre>
     */
    default void getSagaHistory(io.backstitch.v1.GetSagaHistoryRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.GetSagaHistoryResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getGetSagaHistoryMethod(), responseObserver);
    }

    /**
     * <pre>
     * Gives a saga a signal that one of its steps awaits, or will await.
     * </pre>
     */
    default void signalSaga(io.backstitch.v1.SignalSagaRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.SignalSagaResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getSignalSagaMethod(), responseObserver);
    }

    /**
     * <pre>
     * Turns a running saga round: what was done is undone.
     * </pre>
     */
    default void cancelSaga(io.backstitch.v1.CancelSagaRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.CancelSagaResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getCancelSagaMethod(), responseObserver);
    }

    /**
     * <pre>
     * Gives the outcome of a Do or Undo that the participant answers with `pending`, before or after that answer. The same
     * outcome again succeeds; another is COMPLETION_REFUSED, as is any outcome once the saga no longer waits for it.
     * </pre>
     */
    default void completeStep(io.backstitch.v1.CompleteStepRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.CompleteStepResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getCompleteStepMethod(), responseObserver);
    }

    /**
     * <pre>
     * Says that a pending Do or Undo is still being worked on.
     * </pre>
     */
    default void heartbeatStep(io.backstitch.v1.HeartbeatStepRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.HeartbeatStepResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getHeartbeatStepMethod(), responseObserver);
    }

    /**
     * <pre>
     * Gives every transition of every saga, resumable by cursor, at least once.
     * </pre>
     */
    default void watchEvents(io.backstitch.v1.WatchEventsRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.WatchEventsResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getWatchEventsMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service SagaService.
   * <pre>
   * Starts sagas and follows them.
   * </pre>
   */
  public static abstract class SagaServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return SagaServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service SagaService.
   * <pre>
   * Starts sagas and follows them.
   * </pre>
   */
  public static final class SagaServiceStub
      extends io.grpc.stub.AbstractAsyncStub<SagaServiceStub> {
    private SagaServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected SagaServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new SagaServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * Starts a saga, once for a saga id.
     * </pre>
     */
    public void startSaga(io.backstitch.v1.StartSagaRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.StartSagaResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getStartSagaMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Starts many sagas over one stream: the throughput path. Answers come in any order, matched by correlation_id.
     * </pre>
     */
    public io.grpc.stub.StreamObserver<io.backstitch.v1.StartSagasRequest> startSagas(
        io.grpc.stub.StreamObserver<io.backstitch.v1.StartSagasResponse> responseObserver) {
      return io.grpc.stub.ClientCalls.asyncBidiStreamingCall(
          getChannel().newCall(getStartSagasMethod(), getCallOptions()), responseObserver);
    }

    /**
     * <pre>
     * Gives a saga as it is now.
     * </pre>
     */
    public void getSaga(io.backstitch.v1.GetSagaRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.GetSagaResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetSagaMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Lists sagas, newest first.
     * </pre>
     */
    public void listSagas(io.backstitch.v1.ListSagasRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.ListSagasResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getListSagasMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Gives a saga now and then at every change, until it is final.
     * </pre>
     */
    public void watchSaga(io.backstitch.v1.WatchSagaRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.WatchSagaResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncServerStreamingCall(
          getChannel().newCall(getWatchSagaMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Gives what happened to a saga, in order.
     * </pre>
     */
    public void getSagaHistory(io.backstitch.v1.GetSagaHistoryRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.GetSagaHistoryResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getGetSagaHistoryMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Gives a saga a signal that one of its steps awaits, or will await.
     * </pre>
     */
    public void signalSaga(io.backstitch.v1.SignalSagaRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.SignalSagaResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getSignalSagaMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Turns a running saga round: what was done is undone.
     * </pre>
     */
    public void cancelSaga(io.backstitch.v1.CancelSagaRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.CancelSagaResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getCancelSagaMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Gives the outcome of a Do or Undo that the participant answers with `pending`, before or after that answer. The same
     * outcome again succeeds; another is COMPLETION_REFUSED, as is any outcome once the saga no longer waits for it.
     * </pre>
     */
    public void completeStep(io.backstitch.v1.CompleteStepRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.CompleteStepResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getCompleteStepMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Says that a pending Do or Undo is still being worked on.
     * </pre>
     */
    public void heartbeatStep(io.backstitch.v1.HeartbeatStepRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.HeartbeatStepResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getHeartbeatStepMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Gives every transition of every saga, resumable by cursor, at least once.
     * </pre>
     */
    public void watchEvents(io.backstitch.v1.WatchEventsRequest request,
        io.grpc.stub.StreamObserver<io.backstitch.v1.WatchEventsResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncServerStreamingCall(
          getChannel().newCall(getWatchEventsMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service SagaService.
   * <pre>
   * Starts sagas and follows them.
   * </pre>
   */
  public static final class SagaServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<SagaServiceBlockingV2Stub> {
    private SagaServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected SagaServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new SagaServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Starts a saga, once for a saga id.
     * </pre>
     */
    public io.backstitch.v1.StartSagaResponse startSaga(io.backstitch.v1.StartSagaRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getStartSagaMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Starts many sagas over one stream: the throughput path. Answers come in any order, matched by correlation_id.
     * </pre>
     */
    @io.grpc.ExperimentalApi("https://github.com/grpc/grpc-java/issues/10918")
    public io.grpc.stub.BlockingClientCall<io.backstitch.v1.StartSagasRequest, io.backstitch.v1.StartSagasResponse>
        startSagas() {
      return io.grpc.stub.ClientCalls.blockingBidiStreamingCall(
          getChannel(), getStartSagasMethod(), getCallOptions());
    }

    /**
     * <pre>
     * Gives a saga as it is now.
     * </pre>
     */
    public io.backstitch.v1.GetSagaResponse getSaga(io.backstitch.v1.GetSagaRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetSagaMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists sagas, newest first.
     * </pre>
     */
    public io.backstitch.v1.ListSagasResponse listSagas(io.backstitch.v1.ListSagasRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getListSagasMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Gives a saga now and then at every change, until it is final.
     * </pre>
     */
    @io.grpc.ExperimentalApi("https://github.com/grpc/grpc-java/issues/10918")
    public io.grpc.stub.BlockingClientCall<?, io.backstitch.v1.WatchSagaResponse>
        watchSaga(io.backstitch.v1.WatchSagaRequest request) {
      return io.grpc.stub.ClientCalls.blockingV2ServerStreamingCall(
          getChannel(), getWatchSagaMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Gives what happened to a saga, in order.
     * </pre>
     */
    public io.backstitch.v1.GetSagaHistoryResponse getSagaHistory(io.backstitch.v1.GetSagaHistoryRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getGetSagaHistoryMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Gives a saga a signal that one of its steps awaits, or will await.
     * </pre>
     */
    public io.backstitch.v1.SignalSagaResponse signalSaga(io.backstitch.v1.SignalSagaRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getSignalSagaMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Turns a running saga round: what was done is undone.
     * </pre>
     */
    public io.backstitch.v1.CancelSagaResponse cancelSaga(io.backstitch.v1.CancelSagaRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getCancelSagaMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Gives the outcome of a Do or Undo that the participant answers with `pending`, before or after that answer. The same
     * outcome again succeeds; another is COMPLETION_REFUSED, as is any outcome once the saga no longer waits for it.
     * </pre>
     */
    public io.backstitch.v1.CompleteStepResponse completeStep(io.backstitch.v1.CompleteStepRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getCompleteStepMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Says that a pending Do or Undo is still being worked on.
     * </pre>
     */
    public io.backstitch.v1.HeartbeatStepResponse heartbeatStep(io.backstitch.v1.HeartbeatStepRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getHeartbeatStepMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Gives every transition of every saga, resumable by cursor, at least once.
     * </pre>
     */
    @io.grpc.ExperimentalApi("https://github.com/grpc/grpc-java/issues/10918")
    public io.grpc.stub.BlockingClientCall<?, io.backstitch.v1.WatchEventsResponse>
        watchEvents(io.backstitch.v1.WatchEventsRequest request) {
      return io.grpc.stub.ClientCalls.blockingV2ServerStreamingCall(
          getChannel(), getWatchEventsMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service SagaService.
   * <pre>
   * Starts sagas and follows them.
   * </pre>
   */
  public static final class SagaServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<SagaServiceBlockingStub> {
    private SagaServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected SagaServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new SagaServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Starts a saga, once for a saga id.
     * </pre>
     */
    public io.backstitch.v1.StartSagaResponse startSaga(io.backstitch.v1.StartSagaRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getStartSagaMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Gives a saga as it is now.
     * </pre>
     */
    public io.backstitch.v1.GetSagaResponse getSaga(io.backstitch.v1.GetSagaRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetSagaMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Lists sagas, newest first.
     * </pre>
     */
    public io.backstitch.v1.ListSagasResponse listSagas(io.backstitch.v1.ListSagasRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getListSagasMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Gives a saga now and then at every change, until it is final.
     * </pre>
     */
    public java.util.Iterator<io.backstitch.v1.WatchSagaResponse> watchSaga(
        io.backstitch.v1.WatchSagaRequest request) {
      return io.grpc.stub.ClientCalls.blockingServerStreamingCall(
          getChannel(), getWatchSagaMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Gives what happened to a saga, in order.
     * </pre>
     */
    public io.backstitch.v1.GetSagaHistoryResponse getSagaHistory(io.backstitch.v1.GetSagaHistoryRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getGetSagaHistoryMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Gives a saga a signal that one of its steps awaits, or will await.
     * </pre>
     */
    public io.backstitch.v1.SignalSagaResponse signalSaga(io.backstitch.v1.SignalSagaRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getSignalSagaMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Turns a running saga round: what was done is undone.
     * </pre>
     */
    public io.backstitch.v1.CancelSagaResponse cancelSaga(io.backstitch.v1.CancelSagaRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getCancelSagaMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Gives the outcome of a Do or Undo that the participant answers with `pending`, before or after that answer. The same
     * outcome again succeeds; another is COMPLETION_REFUSED, as is any outcome once the saga no longer waits for it.
     * </pre>
     */
    public io.backstitch.v1.CompleteStepResponse completeStep(io.backstitch.v1.CompleteStepRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getCompleteStepMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Says that a pending Do or Undo is still being worked on.
     * </pre>
     */
    public io.backstitch.v1.HeartbeatStepResponse heartbeatStep(io.backstitch.v1.HeartbeatStepRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getHeartbeatStepMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Gives every transition of every saga, resumable by cursor, at least once.
     * </pre>
     */
    public java.util.Iterator<io.backstitch.v1.WatchEventsResponse> watchEvents(
        io.backstitch.v1.WatchEventsRequest request) {
      return io.grpc.stub.ClientCalls.blockingServerStreamingCall(
          getChannel(), getWatchEventsMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service SagaService.
   * <pre>
   * Starts sagas and follows them.
   * </pre>
   */
  public static final class SagaServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<SagaServiceFutureStub> {
    private SagaServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected SagaServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new SagaServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Starts a saga, once for a saga id.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.backstitch.v1.StartSagaResponse> startSaga(
        io.backstitch.v1.StartSagaRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getStartSagaMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Gives a saga as it is now.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.backstitch.v1.GetSagaResponse> getSaga(
        io.backstitch.v1.GetSagaRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetSagaMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Lists sagas, newest first.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.backstitch.v1.ListSagasResponse> listSagas(
        io.backstitch.v1.ListSagasRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getListSagasMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Gives what happened to a saga, in order.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.backstitch.v1.GetSagaHistoryResponse> getSagaHistory(
        io.backstitch.v1.GetSagaHistoryRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getGetSagaHistoryMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Gives a saga a signal that one of its steps awaits, or will await.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.backstitch.v1.SignalSagaResponse> signalSaga(
        io.backstitch.v1.SignalSagaRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getSignalSagaMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Turns a running saga round: what was done is undone.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.backstitch.v1.CancelSagaResponse> cancelSaga(
        io.backstitch.v1.CancelSagaRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getCancelSagaMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Gives the outcome of a Do or Undo that the participant answers with `pending`, before or after that answer. The same
     * outcome again succeeds; another is COMPLETION_REFUSED, as is any outcome once the saga no longer waits for it.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.backstitch.v1.CompleteStepResponse> completeStep(
        io.backstitch.v1.CompleteStepRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getCompleteStepMethod(), getCallOptions()), request);
    }

    /**
     * <pre>
     * Says that a pending Do or Undo is still being worked on.
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.backstitch.v1.HeartbeatStepResponse> heartbeatStep(
        io.backstitch.v1.HeartbeatStepRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getHeartbeatStepMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_START_SAGA = 0;
  private static final int METHODID_GET_SAGA = 1;
  private static final int METHODID_LIST_SAGAS = 2;
  private static final int METHODID_WATCH_SAGA = 3;
  private static final int METHODID_GET_SAGA_HISTORY = 4;
  private static final int METHODID_SIGNAL_SAGA = 5;
  private static final int METHODID_CANCEL_SAGA = 6;
  private static final int METHODID_COMPLETE_STEP = 7;
  private static final int METHODID_HEARTBEAT_STEP = 8;
  private static final int METHODID_WATCH_EVENTS = 9;
  private static final int METHODID_START_SAGAS = 10;

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
        case METHODID_START_SAGA:
          serviceImpl.startSaga((io.backstitch.v1.StartSagaRequest) request,
              (io.grpc.stub.StreamObserver<io.backstitch.v1.StartSagaResponse>) responseObserver);
          break;
        case METHODID_GET_SAGA:
          serviceImpl.getSaga((io.backstitch.v1.GetSagaRequest) request,
              (io.grpc.stub.StreamObserver<io.backstitch.v1.GetSagaResponse>) responseObserver);
          break;
        case METHODID_LIST_SAGAS:
          serviceImpl.listSagas((io.backstitch.v1.ListSagasRequest) request,
              (io.grpc.stub.StreamObserver<io.backstitch.v1.ListSagasResponse>) responseObserver);
          break;
        case METHODID_WATCH_SAGA:
          serviceImpl.watchSaga((io.backstitch.v1.WatchSagaRequest) request,
              (io.grpc.stub.StreamObserver<io.backstitch.v1.WatchSagaResponse>) responseObserver);
          break;
        case METHODID_GET_SAGA_HISTORY:
          serviceImpl.getSagaHistory((io.backstitch.v1.GetSagaHistoryRequest) request,
              (io.grpc.stub.StreamObserver<io.backstitch.v1.GetSagaHistoryResponse>) responseObserver);
          break;
        case METHODID_SIGNAL_SAGA:
          serviceImpl.signalSaga((io.backstitch.v1.SignalSagaRequest) request,
              (io.grpc.stub.StreamObserver<io.backstitch.v1.SignalSagaResponse>) responseObserver);
          break;
        case METHODID_CANCEL_SAGA:
          serviceImpl.cancelSaga((io.backstitch.v1.CancelSagaRequest) request,
              (io.grpc.stub.StreamObserver<io.backstitch.v1.CancelSagaResponse>) responseObserver);
          break;
        case METHODID_COMPLETE_STEP:
          serviceImpl.completeStep((io.backstitch.v1.CompleteStepRequest) request,
              (io.grpc.stub.StreamObserver<io.backstitch.v1.CompleteStepResponse>) responseObserver);
          break;
        case METHODID_HEARTBEAT_STEP:
          serviceImpl.heartbeatStep((io.backstitch.v1.HeartbeatStepRequest) request,
              (io.grpc.stub.StreamObserver<io.backstitch.v1.HeartbeatStepResponse>) responseObserver);
          break;
        case METHODID_WATCH_EVENTS:
          serviceImpl.watchEvents((io.backstitch.v1.WatchEventsRequest) request,
              (io.grpc.stub.StreamObserver<io.backstitch.v1.WatchEventsResponse>) responseObserver);
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
        case METHODID_START_SAGAS:
          return (io.grpc.stub.StreamObserver<Req>) serviceImpl.startSagas(
              (io.grpc.stub.StreamObserver<io.backstitch.v1.StartSagasResponse>) responseObserver);
        default:
          throw new AssertionError();
      }
    }
  }

  public static final io.grpc.ServerServiceDefinition bindService(AsyncService service) {
    return io.grpc.ServerServiceDefinition.builder(getServiceDescriptor())
        .addMethod(
          getStartSagaMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.backstitch.v1.StartSagaRequest,
              io.backstitch.v1.StartSagaResponse>(
                service, METHODID_START_SAGA)))
        .addMethod(
          getStartSagasMethod(),
          io.grpc.stub.ServerCalls.asyncBidiStreamingCall(
            new MethodHandlers<
              io.backstitch.v1.StartSagasRequest,
              io.backstitch.v1.StartSagasResponse>(
                service, METHODID_START_SAGAS)))
        .addMethod(
          getGetSagaMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.backstitch.v1.GetSagaRequest,
              io.backstitch.v1.GetSagaResponse>(
                service, METHODID_GET_SAGA)))
        .addMethod(
          getListSagasMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.backstitch.v1.ListSagasRequest,
              io.backstitch.v1.ListSagasResponse>(
                service, METHODID_LIST_SAGAS)))
        .addMethod(
          getWatchSagaMethod(),
          io.grpc.stub.ServerCalls.asyncServerStreamingCall(
            new MethodHandlers<
              io.backstitch.v1.WatchSagaRequest,
              io.backstitch.v1.WatchSagaResponse>(
                service, METHODID_WATCH_SAGA)))
        .addMethod(
          getGetSagaHistoryMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.backstitch.v1.GetSagaHistoryRequest,
              io.backstitch.v1.GetSagaHistoryResponse>(
                service, METHODID_GET_SAGA_HISTORY)))
        .addMethod(
          getSignalSagaMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.backstitch.v1.SignalSagaRequest,
              io.backstitch.v1.SignalSagaResponse>(
                service, METHODID_SIGNAL_SAGA)))
        .addMethod(
          getCancelSagaMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.backstitch.v1.CancelSagaRequest,
              io.backstitch.v1.CancelSagaResponse>(
                service, METHODID_CANCEL_SAGA)))
        .addMethod(
          getCompleteStepMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.backstitch.v1.CompleteStepRequest,
              io.backstitch.v1.CompleteStepResponse>(
                service, METHODID_COMPLETE_STEP)))
        .addMethod(
          getHeartbeatStepMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.backstitch.v1.HeartbeatStepRequest,
              io.backstitch.v1.HeartbeatStepResponse>(
                service, METHODID_HEARTBEAT_STEP)))
        .addMethod(
          getWatchEventsMethod(),
          io.grpc.stub.ServerCalls.asyncServerStreamingCall(
            new MethodHandlers<
              io.backstitch.v1.WatchEventsRequest,
              io.backstitch.v1.WatchEventsResponse>(
                service, METHODID_WATCH_EVENTS)))
        .build();
  }

  private static abstract class SagaServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    SagaServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return io.backstitch.v1.SagaServiceOuterClass.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("SagaService");
    }
  }

  private static final class SagaServiceFileDescriptorSupplier
      extends SagaServiceBaseDescriptorSupplier {
    SagaServiceFileDescriptorSupplier() {}
  }

  private static final class SagaServiceMethodDescriptorSupplier
      extends SagaServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    SagaServiceMethodDescriptorSupplier(java.lang.String methodName) {
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
      synchronized (SagaServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new SagaServiceFileDescriptorSupplier())
              .addMethod(getStartSagaMethod())
              .addMethod(getStartSagasMethod())
              .addMethod(getGetSagaMethod())
              .addMethod(getListSagasMethod())
              .addMethod(getWatchSagaMethod())
              .addMethod(getGetSagaHistoryMethod())
              .addMethod(getSignalSagaMethod())
              .addMethod(getCancelSagaMethod())
              .addMethod(getCompleteStepMethod())
              .addMethod(getHeartbeatStepMethod())
              .addMethod(getWatchEventsMethod())
              .build();
        }
      }
    }
    return result;
  }
}
