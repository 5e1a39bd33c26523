package io.backstitch.client;

import io.backstitch.v1.DefinitionServiceGrpc;
import io.backstitch.v1.DefinitionServiceGrpc.DefinitionServiceBlockingStub;
import io.backstitch.v1.RegisterDefinitionRequest;
import io.backstitch.v1.SagaDefinition;
import io.backstitch.v1.ValidateDefinitionRequest;
import io.grpc.ManagedChannel;
import java.util.List;

/** The calls of DefinitionService. */
final class DefinitionCalls {
  private final DefinitionServiceBlockingStub definitions;
  private final Calls calls;
  private final String namespace;

  DefinitionCalls(ManagedChannel channel, Calls calls, String namespace) {
    this.definitions = DefinitionServiceGrpc.newBlockingStub(channel);
    this.calls = calls;
    this.namespace = namespace;
  }

  Registered register(SagaDefinition definition, RequestOptions options) {
    return register(RegisterDefinitionRequest.newBuilder().setDefinition(definition), options);
  }

  Registered register(String text, RequestOptions options) {
    return register(RegisterDefinitionRequest.newBuilder().setText(text), options);
  }

  List<Fault> validate(SagaDefinition definition) {
    return validate(ValidateDefinitionRequest.newBuilder().setDefinition(definition));
  }

  List<Fault> validate(String text) {
    return validate(ValidateDefinitionRequest.newBuilder().setText(text));
  }

  private Registered register(RegisterDefinitionRequest.Builder source, RequestOptions options) {
    RegisterDefinitionRequest request =
        source
            .setNamespace(namespace)
            .setIdentity(options.identity())
            .setRequestId(Calls.requestId(options.requestId()))
            .build();
    var answer = calls.call(definitions, stub -> stub.registerDefinition(request));
    if (!answer.hasVersion()) throw BackstitchException.incomplete();
    return new Registered(Plain.version(answer.getVersion()), answer.getCreated());
  }

  private List<Fault> validate(ValidateDefinitionRequest.Builder source) {
    ValidateDefinitionRequest request = source.setNamespace(namespace).build();
    var answer = calls.call(definitions, stub -> stub.validateDefinition(request));
    return BackstitchException.faultsOf(answer.getFaultsList());
  }
}
