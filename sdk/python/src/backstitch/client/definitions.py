"""Operations that keep definitions."""

from __future__ import annotations

import json
from collections.abc import Mapping

from backstitch.client.calls import Operation, Rpc, Scope, call, new_request_id, required
from backstitch.client.conversion import to_definition_version
from backstitch.definition import SagaBuilder
from backstitch.errors import Fault
from backstitch.gen.v1 import definition_service_pb2 as pb
from backstitch.gen.v1.definition_pb2 import SagaDefinition
from backstitch.payload import Payload
from backstitch.saga_state import DefinitionVersion

REGISTER = Rpc("/backstitch.v1.DefinitionService/RegisterDefinition", pb.RegisterDefinitionResponse)
VALIDATE = Rpc("/backstitch.v1.DefinitionService/ValidateDefinition", pb.ValidateDefinitionResponse)

DefinitionSource = SagaBuilder | SagaDefinition | Payload | str
"""A definition: a builder, its message, its JSON, or YAML or JSON text."""


class DefinitionOperations(Scope):
    """Definitions of one namespace."""

    def register(
        self, source: DefinitionSource, *, identity: str = "", request_id: str | None = None
    ) -> Operation[DefinitionVersion]:
        """Registers a definition and makes it the latest; ``created`` is False where it was registered already.

        :param identity: who registers it
        :param request_id: the idempotency key; default: a random one
        """
        request = pb.RegisterDefinitionRequest(
            namespace=self.namespace, identity=identity, request_id=request_id or new_request_id()
        )
        _set_source(request, source)
        response = yield from call(REGISTER, request)
        required(response, "version")
        return to_definition_version(response)

    def validate(self, source: DefinitionSource) -> Operation[list[Fault]]:
        """Gives all the faults of a definition; none: it can be registered."""
        request = pb.ValidateDefinitionRequest(namespace=self.namespace)
        _set_source(request, source)
        response = yield from call(VALIDATE, request)
        return [Fault(fault.field, fault.rule, fault.message) for fault in response.faults]


def _set_source(request: pb.RegisterDefinitionRequest | pb.ValidateDefinitionRequest, source: DefinitionSource) -> None:
    if isinstance(source, SagaBuilder):
        request.definition.CopyFrom(source.build())
    elif isinstance(source, SagaDefinition):
        request.definition.CopyFrom(source)
    elif isinstance(source, Mapping):
        # JSON goes as text: the server names the faults in it, where reading it here would stop at the first.
        request.text = json.dumps(source)
    else:
        request.text = source
