import datetime

from backstitch.gen.v1 import saga_pb2 as _saga_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CommandContext(_message.Message):
    __slots__ = ("namespace", "saga_id", "definition", "version", "step", "action", "effect_id", "idempotency_key", "attempt", "deadline", "metadata", "completion_token", "timeout")
    class MetadataEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    EFFECT_ID_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    COMPLETION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    saga_id: str
    definition: str
    version: int
    step: str
    action: str
    effect_id: str
    idempotency_key: str
    attempt: int
    deadline: _timestamp_pb2.Timestamp
    metadata: _containers.ScalarMap[str, str]
    completion_token: str
    timeout: _duration_pb2.Duration
    def __init__(self, namespace: _Optional[str] = ..., saga_id: _Optional[str] = ..., definition: _Optional[str] = ..., version: _Optional[int] = ..., step: _Optional[str] = ..., action: _Optional[str] = ..., effect_id: _Optional[str] = ..., idempotency_key: _Optional[str] = ..., attempt: _Optional[int] = ..., deadline: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., metadata: _Optional[_Mapping[str, str]] = ..., completion_token: _Optional[str] = ..., timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class DoRequest(_message.Message):
    __slots__ = ("context", "input")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    context: CommandContext
    input: _struct_pb2.Struct
    def __init__(self, context: _Optional[_Union[CommandContext, _Mapping]] = ..., input: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...

class DoResponse(_message.Message):
    __slots__ = ("done", "rejected", "pending")
    DONE_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FIELD_NUMBER: _ClassVar[int]
    PENDING_FIELD_NUMBER: _ClassVar[int]
    done: DoDone
    rejected: Rejected
    pending: Pending
    def __init__(self, done: _Optional[_Union[DoDone, _Mapping]] = ..., rejected: _Optional[_Union[Rejected, _Mapping]] = ..., pending: _Optional[_Union[Pending, _Mapping]] = ...) -> None: ...

class DoDone(_message.Message):
    __slots__ = ("output",)
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    output: _struct_pb2.Struct
    def __init__(self, output: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...

class Rejected(_message.Message):
    __slots__ = ("code", "message", "details")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    code: str
    message: str
    details: _struct_pb2.Struct
    def __init__(self, code: _Optional[str] = ..., message: _Optional[str] = ..., details: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...

class Pending(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class UndoRequest(_message.Message):
    __slots__ = ("context", "input", "do_input", "do_output")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    DO_INPUT_FIELD_NUMBER: _ClassVar[int]
    DO_OUTPUT_FIELD_NUMBER: _ClassVar[int]
    context: CommandContext
    input: _struct_pb2.Struct
    do_input: _struct_pb2.Struct
    do_output: _struct_pb2.Struct
    def __init__(self, context: _Optional[_Union[CommandContext, _Mapping]] = ..., input: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., do_input: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., do_output: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...

class UndoResponse(_message.Message):
    __slots__ = ("done", "rejected", "pending")
    DONE_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FIELD_NUMBER: _ClassVar[int]
    PENDING_FIELD_NUMBER: _ClassVar[int]
    done: UndoDone
    rejected: Rejected
    pending: Pending
    def __init__(self, done: _Optional[_Union[UndoDone, _Mapping]] = ..., rejected: _Optional[_Union[Rejected, _Mapping]] = ..., pending: _Optional[_Union[Pending, _Mapping]] = ...) -> None: ...

class UndoDone(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ServeRequest(_message.Message):
    __slots__ = ("commands", "cancel", "window")
    COMMANDS_FIELD_NUMBER: _ClassVar[int]
    CANCEL_FIELD_NUMBER: _ClassVar[int]
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    commands: _containers.RepeatedCompositeFieldContainer[Command]
    cancel: _containers.RepeatedScalarFieldContainer[int]
    window: int
    def __init__(self, commands: _Optional[_Iterable[_Union[Command, _Mapping]]] = ..., cancel: _Optional[_Iterable[int]] = ..., window: _Optional[int] = ...) -> None: ...

class Command(_message.Message):
    __slots__ = ("correlation_id", "direction", "context", "input", "do_input", "do_output")
    CORRELATION_ID_FIELD_NUMBER: _ClassVar[int]
    DIRECTION_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    DO_INPUT_FIELD_NUMBER: _ClassVar[int]
    DO_OUTPUT_FIELD_NUMBER: _ClassVar[int]
    correlation_id: int
    direction: _saga_pb2.Direction
    context: CommandContext
    input: bytes
    do_input: bytes
    do_output: bytes
    def __init__(self, correlation_id: _Optional[int] = ..., direction: _Optional[_Union[_saga_pb2.Direction, str]] = ..., context: _Optional[_Union[CommandContext, _Mapping]] = ..., input: _Optional[bytes] = ..., do_input: _Optional[bytes] = ..., do_output: _Optional[bytes] = ...) -> None: ...

class ServeResponse(_message.Message):
    __slots__ = ("results", "draining")
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    DRAINING_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[CommandResult]
    draining: bool
    def __init__(self, results: _Optional[_Iterable[_Union[CommandResult, _Mapping]]] = ..., draining: _Optional[bool] = ...) -> None: ...

class CommandResult(_message.Message):
    __slots__ = ("correlation_id", "done", "rejected", "pending", "error")
    CORRELATION_ID_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FIELD_NUMBER: _ClassVar[int]
    PENDING_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    correlation_id: int
    done: bytes
    rejected: CommandRejected
    pending: Pending
    error: CommandError
    def __init__(self, correlation_id: _Optional[int] = ..., done: _Optional[bytes] = ..., rejected: _Optional[_Union[CommandRejected, _Mapping]] = ..., pending: _Optional[_Union[Pending, _Mapping]] = ..., error: _Optional[_Union[CommandError, _Mapping]] = ...) -> None: ...

class CommandRejected(_message.Message):
    __slots__ = ("code", "message", "details")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    code: str
    message: str
    details: bytes
    def __init__(self, code: _Optional[str] = ..., message: _Optional[str] = ..., details: _Optional[bytes] = ...) -> None: ...

class CommandError(_message.Message):
    __slots__ = ("status", "message", "retry_after_ms")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    RETRY_AFTER_MS_FIELD_NUMBER: _ClassVar[int]
    status: int
    message: str
    retry_after_ms: int
    def __init__(self, status: _Optional[int] = ..., message: _Optional[str] = ..., retry_after_ms: _Optional[int] = ...) -> None: ...
