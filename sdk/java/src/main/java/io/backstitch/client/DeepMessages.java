package io.backstitch.client;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.protobuf.ProtoUtils;

/**
 * Reads answers whose payloads are nested as deep as the orchestrator allows. Each level of a Struct is three of a
 * message, of which protobuf takes no more than a hundred unless it is told otherwise.
 */
final class DeepMessages implements ClientInterceptor {
  private static final int MAX_DEPTH = 1000;

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    Marshaller<A> deep = deep(method.getResponseMarshaller());
    return next.newCall(method.toBuilder().setResponseMarshaller(deep).build(), options);
  }

  @SuppressWarnings("unchecked")
  private static <A> Marshaller<A> deep(Marshaller<A> marshaller) {
    Message prototype = (Message) ((PrototypeMarshaller<A>) marshaller).getMessagePrototype();
    return (Marshaller<A>) ProtoUtils.marshallerWithRecursionLimit(prototype, MAX_DEPTH);
  }
}
