import datetime

from backstitch.gen.v1 import errors_pb2 as _errors_pb2
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

class StartSagaRequest(_message.Message):
    __slots__ = ("namespace", "definition", "version", "saga_id", "input", "labels", "deadline", "request_id", "wait", "view", "metadata")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    class MetadataEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    WAIT_FIELD_NUMBER: _ClassVar[int]
    VIEW_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    definition: str
    version: int
    saga_id: str
    input: _struct_pb2.Struct
    labels: _containers.ScalarMap[str, str]
    deadline: _duration_pb2.Duration
    request_id: str
    wait: _duration_pb2.Duration
    view: _saga_pb2.SagaView
    metadata: _containers.ScalarMap[str, str]
    def __init__(self, namespace: _Optional[str] = ..., definition: _Optional[str] = ..., version: _Optional[int] = ..., saga_id: _Optional[str] = ..., input: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., labels: _Optional[_Mapping[str, str]] = ..., deadline: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., request_id: _Optional[str] = ..., wait: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., view: _Optional[_Union[_saga_pb2.SagaView, str]] = ..., metadata: _Optional[_Mapping[str, str]] = ...) -> None: ...

class StartSagaResponse(_message.Message):
    __slots__ = ("saga", "started")
    SAGA_FIELD_NUMBER: _ClassVar[int]
    STARTED_FIELD_NUMBER: _ClassVar[int]
    saga: _saga_pb2.Saga
    started: bool
    def __init__(self, saga: _Optional[_Union[_saga_pb2.Saga, _Mapping]] = ..., started: _Optional[bool] = ...) -> None: ...

class StartSagasRequest(_message.Message):
    __slots__ = ("correlation_id", "start", "more")
    CORRELATION_ID_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    MORE_FIELD_NUMBER: _ClassVar[int]
    correlation_id: int
    start: StartSagaRequest
    more: _containers.RepeatedCompositeFieldContainer[StartSagasRequest]
    def __init__(self, correlation_id: _Optional[int] = ..., start: _Optional[_Union[StartSagaRequest, _Mapping]] = ..., more: _Optional[_Iterable[_Union[StartSagasRequest, _Mapping]]] = ...) -> None: ...

class StartSagasResponse(_message.Message):
    __slots__ = ("correlation_id", "answer", "error", "more")
    CORRELATION_ID_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    MORE_FIELD_NUMBER: _ClassVar[int]
    correlation_id: int
    answer: StartSagaResponse
    error: StartError
    more: _containers.RepeatedCompositeFieldContainer[StartSagasResponse]
    def __init__(self, correlation_id: _Optional[int] = ..., answer: _Optional[_Union[StartSagaResponse, _Mapping]] = ..., error: _Optional[_Union[StartError, _Mapping]] = ..., more: _Optional[_Iterable[_Union[StartSagasResponse, _Mapping]]] = ...) -> None: ...

class StartError(_message.Message):
    __slots__ = ("status", "message", "detail")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    status: int
    message: str
    detail: _errors_pb2.ErrorDetail
    def __init__(self, status: _Optional[int] = ..., message: _Optional[str] = ..., detail: _Optional[_Union[_errors_pb2.ErrorDetail, _Mapping]] = ...) -> None: ...

class GetSagaRequest(_message.Message):
    __slots__ = ("namespace", "saga_id", "view", "wait")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    VIEW_FIELD_NUMBER: _ClassVar[int]
    WAIT_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    saga_id: str
    view: _saga_pb2.SagaView
    wait: _duration_pb2.Duration
    def __init__(self, namespace: _Optional[str] = ..., saga_id: _Optional[str] = ..., view: _Optional[_Union[_saga_pb2.SagaView, str]] = ..., wait: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class GetSagaResponse(_message.Message):
    __slots__ = ("saga",)
    SAGA_FIELD_NUMBER: _ClassVar[int]
    saga: _saga_pb2.Saga
    def __init__(self, saga: _Optional[_Union[_saga_pb2.Saga, _Mapping]] = ...) -> None: ...

class ListSagasRequest(_message.Message):
    __slots__ = ("namespace", "statuses", "definition", "labels", "created_from", "created_before", "page_size", "page_token")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    STATUSES_FIELD_NUMBER: _ClassVar[int]
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    CREATED_FROM_FIELD_NUMBER: _ClassVar[int]
    CREATED_BEFORE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    statuses: _containers.RepeatedScalarFieldContainer[_saga_pb2.SagaStatus]
    definition: str
    labels: _containers.ScalarMap[str, str]
    created_from: _timestamp_pb2.Timestamp
    created_before: _timestamp_pb2.Timestamp
    page_size: int
    page_token: str
    def __init__(self, namespace: _Optional[str] = ..., statuses: _Optional[_Iterable[_Union[_saga_pb2.SagaStatus, str]]] = ..., definition: _Optional[str] = ..., labels: _Optional[_Mapping[str, str]] = ..., created_from: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., created_before: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListSagasResponse(_message.Message):
    __slots__ = ("sagas", "next_page_token")
    SAGAS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    sagas: _containers.RepeatedCompositeFieldContainer[_saga_pb2.Saga]
    next_page_token: str
    def __init__(self, sagas: _Optional[_Iterable[_Union[_saga_pb2.Saga, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class WatchSagaRequest(_message.Message):
    __slots__ = ("namespace", "saga_id", "view", "after_revision")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    VIEW_FIELD_NUMBER: _ClassVar[int]
    AFTER_REVISION_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    saga_id: str
    view: _saga_pb2.SagaView
    after_revision: int
    def __init__(self, namespace: _Optional[str] = ..., saga_id: _Optional[str] = ..., view: _Optional[_Union[_saga_pb2.SagaView, str]] = ..., after_revision: _Optional[int] = ...) -> None: ...

class WatchSagaResponse(_message.Message):
    __slots__ = ("saga",)
    SAGA_FIELD_NUMBER: _ClassVar[int]
    saga: _saga_pb2.Saga
    def __init__(self, saga: _Optional[_Union[_saga_pb2.Saga, _Mapping]] = ...) -> None: ...

class GetSagaHistoryRequest(_message.Message):
    __slots__ = ("namespace", "saga_id", "page_size", "page_token", "descending", "view")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    DESCENDING_FIELD_NUMBER: _ClassVar[int]
    VIEW_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    saga_id: str
    page_size: int
    page_token: str
    descending: bool
    view: _saga_pb2.SagaView
    def __init__(self, namespace: _Optional[str] = ..., saga_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., descending: _Optional[bool] = ..., view: _Optional[_Union[_saga_pb2.SagaView, str]] = ...) -> None: ...

class GetSagaHistoryResponse(_message.Message):
    __slots__ = ("events", "next_page_token")
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    events: _containers.RepeatedCompositeFieldContainer[_saga_pb2.HistoryEvent]
    next_page_token: str
    def __init__(self, events: _Optional[_Iterable[_Union[_saga_pb2.HistoryEvent, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class SignalSagaRequest(_message.Message):
    __slots__ = ("namespace", "saga_id", "signal", "payload", "request_id", "identity")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    SIGNAL_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    saga_id: str
    signal: str
    payload: _struct_pb2.Struct
    request_id: str
    identity: str
    def __init__(self, namespace: _Optional[str] = ..., saga_id: _Optional[str] = ..., signal: _Optional[str] = ..., payload: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., request_id: _Optional[str] = ..., identity: _Optional[str] = ...) -> None: ...

class SignalSagaResponse(_message.Message):
    __slots__ = ("saga",)
    SAGA_FIELD_NUMBER: _ClassVar[int]
    saga: _saga_pb2.Saga
    def __init__(self, saga: _Optional[_Union[_saga_pb2.Saga, _Mapping]] = ...) -> None: ...

class CancelSagaRequest(_message.Message):
    __slots__ = ("namespace", "saga_id", "request_id", "identity", "reason", "expected_revision", "wait", "view")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    WAIT_FIELD_NUMBER: _ClassVar[int]
    VIEW_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    saga_id: str
    request_id: str
    identity: str
    reason: str
    expected_revision: int
    wait: _duration_pb2.Duration
    view: _saga_pb2.SagaView
    def __init__(self, namespace: _Optional[str] = ..., saga_id: _Optional[str] = ..., request_id: _Optional[str] = ..., identity: _Optional[str] = ..., reason: _Optional[str] = ..., expected_revision: _Optional[int] = ..., wait: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., view: _Optional[_Union[_saga_pb2.SagaView, str]] = ...) -> None: ...

class CancelSagaResponse(_message.Message):
    __slots__ = ("saga",)
    SAGA_FIELD_NUMBER: _ClassVar[int]
    saga: _saga_pb2.Saga
    def __init__(self, saga: _Optional[_Union[_saga_pb2.Saga, _Mapping]] = ...) -> None: ...

class CompleteStepRequest(_message.Message):
    __slots__ = ("completion_token", "done", "rejected", "failed", "request_id")
    COMPLETION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    completion_token: str
    done: StepCompletion
    rejected: StepRefusal
    failed: StepFailure
    request_id: str
    def __init__(self, completion_token: _Optional[str] = ..., done: _Optional[_Union[StepCompletion, _Mapping]] = ..., rejected: _Optional[_Union[StepRefusal, _Mapping]] = ..., failed: _Optional[_Union[StepFailure, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class StepCompletion(_message.Message):
    __slots__ = ("output",)
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    output: _struct_pb2.Struct
    def __init__(self, output: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...

class StepRefusal(_message.Message):
    __slots__ = ("code", "message", "details")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    code: str
    message: str
    details: _struct_pb2.Struct
    def __init__(self, code: _Optional[str] = ..., message: _Optional[str] = ..., details: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...

class StepFailure(_message.Message):
    __slots__ = ("message",)
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    message: str
    def __init__(self, message: _Optional[str] = ...) -> None: ...

class CompleteStepResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class HeartbeatStepRequest(_message.Message):
    __slots__ = ("completion_token",)
    COMPLETION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    completion_token: str
    def __init__(self, completion_token: _Optional[str] = ...) -> None: ...

class HeartbeatStepResponse(_message.Message):
    __slots__ = ("cancelled",)
    CANCELLED_FIELD_NUMBER: _ClassVar[int]
    cancelled: bool
    def __init__(self, cancelled: _Optional[bool] = ...) -> None: ...

class WatchEventsRequest(_message.Message):
    __slots__ = ("namespace", "definition", "labels", "cursor", "from_oldest")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    FROM_OLDEST_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    definition: str
    labels: _containers.ScalarMap[str, str]
    cursor: str
    from_oldest: bool
    def __init__(self, namespace: _Optional[str] = ..., definition: _Optional[str] = ..., labels: _Optional[_Mapping[str, str]] = ..., cursor: _Optional[str] = ..., from_oldest: _Optional[bool] = ...) -> None: ...

class WatchEventsResponse(_message.Message):
    __slots__ = ("events", "cursor")
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    events: _containers.RepeatedCompositeFieldContainer[SagaEvent]
    cursor: str
    def __init__(self, events: _Optional[_Iterable[_Union[SagaEvent, _Mapping]]] = ..., cursor: _Optional[str] = ...) -> None: ...

class SagaEvent(_message.Message):
    __slots__ = ("namespace", "saga_id", "definition", "version", "status", "direction", "revision", "time", "labels")
    class LabelsEntry(_message.Message):
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
    STATUS_FIELD_NUMBER: _ClassVar[int]
    DIRECTION_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    saga_id: str
    definition: str
    version: int
    status: _saga_pb2.SagaStatus
    direction: _saga_pb2.Direction
    revision: int
    time: _timestamp_pb2.Timestamp
    labels: _containers.ScalarMap[str, str]
    def __init__(self, namespace: _Optional[str] = ..., saga_id: _Optional[str] = ..., definition: _Optional[str] = ..., version: _Optional[int] = ..., status: _Optional[_Union[_saga_pb2.SagaStatus, str]] = ..., direction: _Optional[_Union[_saga_pb2.Direction, str]] = ..., revision: _Optional[int] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., labels: _Optional[_Mapping[str, str]] = ...) -> None: ...
