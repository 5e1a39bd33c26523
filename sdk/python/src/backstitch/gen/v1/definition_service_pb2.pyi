from backstitch.gen.v1 import definition_pb2 as _definition_pb2
from backstitch.gen.v1 import errors_pb2 as _errors_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RegisterDefinitionRequest(_message.Message):
    __slots__ = ("namespace", "definition", "text", "request_id", "identity")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    definition: _definition_pb2.SagaDefinition
    text: str
    request_id: str
    identity: str
    def __init__(self, namespace: _Optional[str] = ..., definition: _Optional[_Union[_definition_pb2.SagaDefinition, _Mapping]] = ..., text: _Optional[str] = ..., request_id: _Optional[str] = ..., identity: _Optional[str] = ...) -> None: ...

class RegisterDefinitionResponse(_message.Message):
    __slots__ = ("version", "created")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CREATED_FIELD_NUMBER: _ClassVar[int]
    version: _definition_pb2.DefinitionVersion
    created: bool
    def __init__(self, version: _Optional[_Union[_definition_pb2.DefinitionVersion, _Mapping]] = ..., created: _Optional[bool] = ...) -> None: ...

class ValidateDefinitionRequest(_message.Message):
    __slots__ = ("namespace", "definition", "text")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    definition: _definition_pb2.SagaDefinition
    text: str
    def __init__(self, namespace: _Optional[str] = ..., definition: _Optional[_Union[_definition_pb2.SagaDefinition, _Mapping]] = ..., text: _Optional[str] = ...) -> None: ...

class ValidateDefinitionResponse(_message.Message):
    __slots__ = ("faults", "definition")
    FAULTS_FIELD_NUMBER: _ClassVar[int]
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    faults: _containers.RepeatedCompositeFieldContainer[_errors_pb2.Fault]
    definition: _definition_pb2.SagaDefinition
    def __init__(self, faults: _Optional[_Iterable[_Union[_errors_pb2.Fault, _Mapping]]] = ..., definition: _Optional[_Union[_definition_pb2.SagaDefinition, _Mapping]] = ...) -> None: ...

class GetDefinitionRequest(_message.Message):
    __slots__ = ("namespace", "name", "version")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    name: str
    version: int
    def __init__(self, namespace: _Optional[str] = ..., name: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class GetDefinitionResponse(_message.Message):
    __slots__ = ("version",)
    VERSION_FIELD_NUMBER: _ClassVar[int]
    version: _definition_pb2.DefinitionVersion
    def __init__(self, version: _Optional[_Union[_definition_pb2.DefinitionVersion, _Mapping]] = ...) -> None: ...

class ListDefinitionsRequest(_message.Message):
    __slots__ = ("namespace", "page_size", "page_token", "name")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    page_size: int
    page_token: str
    name: str
    def __init__(self, namespace: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., name: _Optional[str] = ...) -> None: ...

class ListDefinitionsResponse(_message.Message):
    __slots__ = ("versions", "next_page_token")
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    versions: _containers.RepeatedCompositeFieldContainer[_definition_pb2.DefinitionVersion]
    next_page_token: str
    def __init__(self, versions: _Optional[_Iterable[_Union[_definition_pb2.DefinitionVersion, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
