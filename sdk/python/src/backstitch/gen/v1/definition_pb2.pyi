import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class WhenHeld(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WHEN_HELD_UNSPECIFIED: _ClassVar[WhenHeld]
    WHEN_HELD_REFUSE: _ClassVar[WhenHeld]
    WHEN_HELD_WAIT: _ClassVar[WhenHeld]

class OnFailure(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ON_FAILURE_UNSPECIFIED: _ClassVar[OnFailure]
    ON_FAILURE_COMPENSATE: _ClassVar[OnFailure]
    ON_FAILURE_CONTINUE: _ClassVar[OnFailure]
    ON_FAILURE_SUSPEND: _ClassVar[OnFailure]
    ON_FAILURE_RETRY: _ClassVar[OnFailure]
WHEN_HELD_UNSPECIFIED: WhenHeld
WHEN_HELD_REFUSE: WhenHeld
WHEN_HELD_WAIT: WhenHeld
ON_FAILURE_UNSPECIFIED: OnFailure
ON_FAILURE_COMPENSATE: OnFailure
ON_FAILURE_CONTINUE: OnFailure
ON_FAILURE_SUSPEND: OnFailure
ON_FAILURE_RETRY: OnFailure

class SagaDefinition(_message.Message):
    __slots__ = ("name", "description", "steps", "deadline", "labels", "retention", "lock", "output")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    RETENTION_FIELD_NUMBER: _ClassVar[int]
    LOCK_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    name: str
    description: str
    steps: _containers.RepeatedCompositeFieldContainer[Step]
    deadline: _duration_pb2.Duration
    labels: _containers.ScalarMap[str, str]
    retention: _duration_pb2.Duration
    lock: Lock
    output: _struct_pb2.Value
    def __init__(self, name: _Optional[str] = ..., description: _Optional[str] = ..., steps: _Optional[_Iterable[_Union[Step, _Mapping]]] = ..., deadline: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., labels: _Optional[_Mapping[str, str]] = ..., retention: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., lock: _Optional[_Union[Lock, _Mapping]] = ..., output: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ...) -> None: ...

class Lock(_message.Message):
    __slots__ = ("key", "name", "when_held")
    KEY_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    WHEN_HELD_FIELD_NUMBER: _ClassVar[int]
    key: str
    name: str
    when_held: WhenHeld
    def __init__(self, key: _Optional[str] = ..., name: _Optional[str] = ..., when_held: _Optional[_Union[WhenHeld, str]] = ...) -> None: ...

class Step(_message.Message):
    __slots__ = ("name", "call", "sleep", "for_each", "saga", "after", "when", "on_failure", "pivot", "go_back")
    NAME_FIELD_NUMBER: _ClassVar[int]
    CALL_FIELD_NUMBER: _ClassVar[int]
    SLEEP_FIELD_NUMBER: _ClassVar[int]
    AWAIT_FIELD_NUMBER: _ClassVar[int]
    FOR_EACH_FIELD_NUMBER: _ClassVar[int]
    SAGA_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    WHEN_FIELD_NUMBER: _ClassVar[int]
    ON_FAILURE_FIELD_NUMBER: _ClassVar[int]
    PIVOT_FIELD_NUMBER: _ClassVar[int]
    GO_BACK_FIELD_NUMBER: _ClassVar[int]
    name: str
    call: Call
    sleep: Sleep
    for_each: ForEach
    saga: ChildSaga
    after: Dependencies
    when: str
    on_failure: OnFailure
    pivot: bool
    go_back: GoBack
    def __init__(self, name: _Optional[str] = ..., call: _Optional[_Union[Call, _Mapping]] = ..., sleep: _Optional[_Union[Sleep, _Mapping]] = ..., for_each: _Optional[_Union[ForEach, _Mapping]] = ..., saga: _Optional[_Union[ChildSaga, _Mapping]] = ..., after: _Optional[_Union[Dependencies, _Mapping]] = ..., when: _Optional[str] = ..., on_failure: _Optional[_Union[OnFailure, str]] = ..., pivot: _Optional[bool] = ..., go_back: _Optional[_Union[GoBack, _Mapping]] = ..., **kwargs) -> None: ...

class GoBack(_message.Message):
    __slots__ = ("to", "times", "codes")
    TO_FIELD_NUMBER: _ClassVar[int]
    TIMES_FIELD_NUMBER: _ClassVar[int]
    CODES_FIELD_NUMBER: _ClassVar[int]
    to: str
    times: int
    codes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, to: _Optional[str] = ..., times: _Optional[int] = ..., codes: _Optional[_Iterable[str]] = ...) -> None: ...

class Dependencies(_message.Message):
    __slots__ = ("steps",)
    STEPS_FIELD_NUMBER: _ClassVar[int]
    steps: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, steps: _Optional[_Iterable[str]] = ...) -> None: ...

class Call(_message.Message):
    __slots__ = ("participant", "action", "input", "timeout", "retry", "undo", "completion_timeout", "heartbeat_timeout")
    PARTICIPANT_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    RETRY_FIELD_NUMBER: _ClassVar[int]
    UNDO_FIELD_NUMBER: _ClassVar[int]
    COMPLETION_TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    participant: str
    action: str
    input: _struct_pb2.Value
    timeout: _duration_pb2.Duration
    retry: RetryPolicy
    undo: Undo
    completion_timeout: _duration_pb2.Duration
    heartbeat_timeout: _duration_pb2.Duration
    def __init__(self, participant: _Optional[str] = ..., action: _Optional[str] = ..., input: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ..., timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., retry: _Optional[_Union[RetryPolicy, _Mapping]] = ..., undo: _Optional[_Union[Undo, _Mapping]] = ..., completion_timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., heartbeat_timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class ForEach(_message.Message):
    __slots__ = ("items", "call", "concurrency")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    CALL_FIELD_NUMBER: _ClassVar[int]
    CONCURRENCY_FIELD_NUMBER: _ClassVar[int]
    items: str
    call: Call
    concurrency: int
    def __init__(self, items: _Optional[str] = ..., call: _Optional[_Union[Call, _Mapping]] = ..., concurrency: _Optional[int] = ...) -> None: ...

class ChildSaga(_message.Message):
    __slots__ = ("definition", "version", "input")
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    definition: str
    version: int
    input: _struct_pb2.Value
    def __init__(self, definition: _Optional[str] = ..., version: _Optional[int] = ..., input: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ...) -> None: ...

class Undo(_message.Message):
    __slots__ = ("none",)
    WITH_FIELD_NUMBER: _ClassVar[int]
    NONE_FIELD_NUMBER: _ClassVar[int]
    none: NoUndo
    def __init__(self, none: _Optional[_Union[NoUndo, _Mapping]] = ..., **kwargs) -> None: ...

class NoUndo(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class UndoCall(_message.Message):
    __slots__ = ("input", "timeout", "retry")
    INPUT_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    RETRY_FIELD_NUMBER: _ClassVar[int]
    input: _struct_pb2.Value
    timeout: _duration_pb2.Duration
    retry: RetryPolicy
    def __init__(self, input: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ..., timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., retry: _Optional[_Union[RetryPolicy, _Mapping]] = ...) -> None: ...

class RetryPolicy(_message.Message):
    __slots__ = ("max_attempts", "initial", "multiplier", "max", "schedule")
    MAX_ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    INITIAL_FIELD_NUMBER: _ClassVar[int]
    MULTIPLIER_FIELD_NUMBER: _ClassVar[int]
    MAX_FIELD_NUMBER: _ClassVar[int]
    SCHEDULE_FIELD_NUMBER: _ClassVar[int]
    max_attempts: int
    initial: _duration_pb2.Duration
    multiplier: float
    max: _duration_pb2.Duration
    schedule: _containers.RepeatedCompositeFieldContainer[_duration_pb2.Duration]
    def __init__(self, max_attempts: _Optional[int] = ..., initial: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., multiplier: _Optional[float] = ..., max: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., schedule: _Optional[_Iterable[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]]] = ...) -> None: ...

class Sleep(_message.Message):
    __slots__ = ("duration", "timestamp")
    DURATION_FIELD_NUMBER: _ClassVar[int]
    TIMESTAMP_FIELD_NUMBER: _ClassVar[int]
    duration: _duration_pb2.Duration
    timestamp: str
    def __init__(self, duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., timestamp: _Optional[str] = ...) -> None: ...

class Await(_message.Message):
    __slots__ = ("signal", "condition", "timeout", "reject")
    SIGNAL_FIELD_NUMBER: _ClassVar[int]
    CONDITION_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    REJECT_FIELD_NUMBER: _ClassVar[int]
    signal: str
    condition: str
    timeout: _duration_pb2.Duration
    reject: str
    def __init__(self, signal: _Optional[str] = ..., condition: _Optional[str] = ..., timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., reject: _Optional[str] = ...) -> None: ...

class DefinitionVersion(_message.Message):
    __slots__ = ("namespace", "definition", "version", "latest", "digest", "registered_at")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    LATEST_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    REGISTERED_AT_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    definition: SagaDefinition
    version: int
    latest: bool
    digest: str
    registered_at: _timestamp_pb2.Timestamp
    def __init__(self, namespace: _Optional[str] = ..., definition: _Optional[_Union[SagaDefinition, _Mapping]] = ..., version: _Optional[int] = ..., latest: _Optional[bool] = ..., digest: _Optional[str] = ..., registered_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
