from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class FailureKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FAILURE_KIND_UNSPECIFIED: _ClassVar[FailureKind]
    FAILURE_KIND_REJECTED: _ClassVar[FailureKind]
    FAILURE_KIND_TECHNICAL: _ClassVar[FailureKind]
    FAILURE_KIND_TIMEOUT: _ClassVar[FailureKind]
    FAILURE_KIND_EXPRESSION: _ClassVar[FailureKind]
    FAILURE_KIND_CANCELLED: _ClassVar[FailureKind]
    FAILURE_KIND_DEADLINE: _ClassVar[FailureKind]
    FAILURE_KIND_QUARANTINED: _ClassVar[FailureKind]
    FAILURE_KIND_SUSPENDED: _ClassVar[FailureKind]

class ErrorCode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERROR_CODE_UNSPECIFIED: _ClassVar[ErrorCode]
    ERROR_CODE_INVALID_REQUEST: _ClassVar[ErrorCode]
    ERROR_CODE_INVALID_DEFINITION: _ClassVar[ErrorCode]
    ERROR_CODE_DEFINITION_NOT_FOUND: _ClassVar[ErrorCode]
    ERROR_CODE_SAGA_NOT_FOUND: _ClassVar[ErrorCode]
    ERROR_CODE_SAGA_ID_IN_USE: _ClassVar[ErrorCode]
    ERROR_CODE_TOO_LARGE: _ClassVar[ErrorCode]
    ERROR_CODE_OVERLOADED: _ClassVar[ErrorCode]
    ERROR_CODE_SAGA_FINAL: _ClassVar[ErrorCode]
    ERROR_CODE_PAST_PIVOT: _ClassVar[ErrorCode]
    ERROR_CODE_WRONG_STATE: _ClassVar[ErrorCode]
    ERROR_CODE_REVISION_MISMATCH: _ClassVar[ErrorCode]
    ERROR_CODE_INVALID_PAGE_TOKEN: _ClassVar[ErrorCode]
    ERROR_CODE_CURSOR_OUT_OF_RANGE: _ClassVar[ErrorCode]
    ERROR_CODE_STORE_UNAVAILABLE: _ClassVar[ErrorCode]
    ERROR_CODE_UNAUTHENTICATED: _ClassVar[ErrorCode]
    ERROR_CODE_NOT_IMPLEMENTED: _ClassVar[ErrorCode]
    ERROR_CODE_INTERNAL: _ClassVar[ErrorCode]
    ERROR_CODE_COMPLETION_REFUSED: _ClassVar[ErrorCode]
    ERROR_CODE_STOPPING: _ClassVar[ErrorCode]
    ERROR_CODE_LOCKED: _ClassVar[ErrorCode]
    ERROR_CODE_CALL_IN_FLIGHT: _ClassVar[ErrorCode]
FAILURE_KIND_UNSPECIFIED: FailureKind
FAILURE_KIND_REJECTED: FailureKind
FAILURE_KIND_TECHNICAL: FailureKind
FAILURE_KIND_TIMEOUT: FailureKind
FAILURE_KIND_EXPRESSION: FailureKind
FAILURE_KIND_CANCELLED: FailureKind
FAILURE_KIND_DEADLINE: FailureKind
FAILURE_KIND_QUARANTINED: FailureKind
FAILURE_KIND_SUSPENDED: FailureKind
ERROR_CODE_UNSPECIFIED: ErrorCode
ERROR_CODE_INVALID_REQUEST: ErrorCode
ERROR_CODE_INVALID_DEFINITION: ErrorCode
ERROR_CODE_DEFINITION_NOT_FOUND: ErrorCode
ERROR_CODE_SAGA_NOT_FOUND: ErrorCode
ERROR_CODE_SAGA_ID_IN_USE: ErrorCode
ERROR_CODE_TOO_LARGE: ErrorCode
ERROR_CODE_OVERLOADED: ErrorCode
ERROR_CODE_SAGA_FINAL: ErrorCode
ERROR_CODE_PAST_PIVOT: ErrorCode
ERROR_CODE_WRONG_STATE: ErrorCode
ERROR_CODE_REVISION_MISMATCH: ErrorCode
ERROR_CODE_INVALID_PAGE_TOKEN: ErrorCode
ERROR_CODE_CURSOR_OUT_OF_RANGE: ErrorCode
ERROR_CODE_STORE_UNAVAILABLE: ErrorCode
ERROR_CODE_UNAUTHENTICATED: ErrorCode
ERROR_CODE_NOT_IMPLEMENTED: ErrorCode
ERROR_CODE_INTERNAL: ErrorCode
ERROR_CODE_COMPLETION_REFUSED: ErrorCode
ERROR_CODE_STOPPING: ErrorCode
ERROR_CODE_LOCKED: ErrorCode
ERROR_CODE_CALL_IN_FLIGHT: ErrorCode

class Failure(_message.Message):
    __slots__ = ("kind", "code", "message", "details", "step")
    KIND_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    kind: FailureKind
    code: str
    message: str
    details: _struct_pb2.Struct
    step: str
    def __init__(self, kind: _Optional[_Union[FailureKind, str]] = ..., code: _Optional[str] = ..., message: _Optional[str] = ..., details: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., step: _Optional[str] = ...) -> None: ...

class ErrorDetail(_message.Message):
    __slots__ = ("code", "faults")
    CODE_FIELD_NUMBER: _ClassVar[int]
    FAULTS_FIELD_NUMBER: _ClassVar[int]
    code: ErrorCode
    faults: _containers.RepeatedCompositeFieldContainer[Fault]
    def __init__(self, code: _Optional[_Union[ErrorCode, str]] = ..., faults: _Optional[_Iterable[_Union[Fault, _Mapping]]] = ...) -> None: ...

class Fault(_message.Message):
    __slots__ = ("field", "rule", "message")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    field: str
    rule: str
    message: str
    def __init__(self, field: _Optional[str] = ..., rule: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...
