import datetime

from backstitch.gen.v1 import errors_pb2 as _errors_pb2
from backstitch.gen.v1 import saga_pb2 as _saga_pb2
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

class Transport(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TRANSPORT_UNSPECIFIED: _ClassVar[Transport]
    TRANSPORT_UNARY: _ClassVar[Transport]
    TRANSPORT_SERVE: _ClassVar[Transport]

class BreakerState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BREAKER_STATE_UNSPECIFIED: _ClassVar[BreakerState]
    BREAKER_STATE_CLOSED: _ClassVar[BreakerState]
    BREAKER_STATE_OPEN: _ClassVar[BreakerState]
    BREAKER_STATE_HALF_OPEN: _ClassVar[BreakerState]
TRANSPORT_UNSPECIFIED: Transport
TRANSPORT_UNARY: Transport
TRANSPORT_SERVE: Transport
BREAKER_STATE_UNSPECIFIED: BreakerState
BREAKER_STATE_CLOSED: BreakerState
BREAKER_STATE_OPEN: BreakerState
BREAKER_STATE_HALF_OPEN: BreakerState

class RetryStepRequest(_message.Message):
    __slots__ = ("namespace", "saga_id", "step", "input", "request_id", "identity", "reason", "expected_revision", "item")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    saga_id: str
    step: str
    input: _struct_pb2.Struct
    request_id: str
    identity: str
    reason: str
    expected_revision: int
    item: int
    def __init__(self, namespace: _Optional[str] = ..., saga_id: _Optional[str] = ..., step: _Optional[str] = ..., input: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., request_id: _Optional[str] = ..., identity: _Optional[str] = ..., reason: _Optional[str] = ..., expected_revision: _Optional[int] = ..., item: _Optional[int] = ...) -> None: ...

class RetryStepResponse(_message.Message):
    __slots__ = ("saga",)
    SAGA_FIELD_NUMBER: _ClassVar[int]
    saga: _saga_pb2.Saga
    def __init__(self, saga: _Optional[_Union[_saga_pb2.Saga, _Mapping]] = ...) -> None: ...

class SkipStepRequest(_message.Message):
    __slots__ = ("namespace", "saga_id", "step", "output", "request_id", "identity", "reason", "expected_revision", "item")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    saga_id: str
    step: str
    output: _struct_pb2.Struct
    request_id: str
    identity: str
    reason: str
    expected_revision: int
    item: int
    def __init__(self, namespace: _Optional[str] = ..., saga_id: _Optional[str] = ..., step: _Optional[str] = ..., output: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., request_id: _Optional[str] = ..., identity: _Optional[str] = ..., reason: _Optional[str] = ..., expected_revision: _Optional[int] = ..., item: _Optional[int] = ...) -> None: ...

class SkipStepResponse(_message.Message):
    __slots__ = ("saga",)
    SAGA_FIELD_NUMBER: _ClassVar[int]
    saga: _saga_pb2.Saga
    def __init__(self, saga: _Optional[_Union[_saga_pb2.Saga, _Mapping]] = ...) -> None: ...

class ResolveStepRequest(_message.Message):
    __slots__ = ("namespace", "saga_id", "step", "do_applied", "do_not_applied", "undo_applied", "request_id", "identity", "reason", "expected_revision", "item")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    DO_APPLIED_FIELD_NUMBER: _ClassVar[int]
    DO_NOT_APPLIED_FIELD_NUMBER: _ClassVar[int]
    UNDO_APPLIED_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    saga_id: str
    step: str
    do_applied: DoApplied
    do_not_applied: DoNotApplied
    undo_applied: UndoApplied
    request_id: str
    identity: str
    reason: str
    expected_revision: int
    item: int
    def __init__(self, namespace: _Optional[str] = ..., saga_id: _Optional[str] = ..., step: _Optional[str] = ..., do_applied: _Optional[_Union[DoApplied, _Mapping]] = ..., do_not_applied: _Optional[_Union[DoNotApplied, _Mapping]] = ..., undo_applied: _Optional[_Union[UndoApplied, _Mapping]] = ..., request_id: _Optional[str] = ..., identity: _Optional[str] = ..., reason: _Optional[str] = ..., expected_revision: _Optional[int] = ..., item: _Optional[int] = ...) -> None: ...

class DoApplied(_message.Message):
    __slots__ = ("output",)
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    output: _struct_pb2.Struct
    def __init__(self, output: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...

class DoNotApplied(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class UndoApplied(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ResolveStepResponse(_message.Message):
    __slots__ = ("saga",)
    SAGA_FIELD_NUMBER: _ClassVar[int]
    saga: _saga_pb2.Saga
    def __init__(self, saga: _Optional[_Union[_saga_pb2.Saga, _Mapping]] = ...) -> None: ...

class SuspendSagaRequest(_message.Message):
    __slots__ = ("namespace", "saga_id", "request_id", "identity", "reason", "expected_revision")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    saga_id: str
    request_id: str
    identity: str
    reason: str
    expected_revision: int
    def __init__(self, namespace: _Optional[str] = ..., saga_id: _Optional[str] = ..., request_id: _Optional[str] = ..., identity: _Optional[str] = ..., reason: _Optional[str] = ..., expected_revision: _Optional[int] = ...) -> None: ...

class SuspendSagaResponse(_message.Message):
    __slots__ = ("saga",)
    SAGA_FIELD_NUMBER: _ClassVar[int]
    saga: _saga_pb2.Saga
    def __init__(self, saga: _Optional[_Union[_saga_pb2.Saga, _Mapping]] = ...) -> None: ...

class ResumeSagaRequest(_message.Message):
    __slots__ = ("namespace", "saga_id", "request_id", "identity", "reason", "expected_revision")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    saga_id: str
    request_id: str
    identity: str
    reason: str
    expected_revision: int
    def __init__(self, namespace: _Optional[str] = ..., saga_id: _Optional[str] = ..., request_id: _Optional[str] = ..., identity: _Optional[str] = ..., reason: _Optional[str] = ..., expected_revision: _Optional[int] = ...) -> None: ...

class ResumeSagaResponse(_message.Message):
    __slots__ = ("saga",)
    SAGA_FIELD_NUMBER: _ClassVar[int]
    saga: _saga_pb2.Saga
    def __init__(self, saga: _Optional[_Union[_saga_pb2.Saga, _Mapping]] = ...) -> None: ...

class AbandonSagaRequest(_message.Message):
    __slots__ = ("namespace", "saga_id", "request_id", "identity", "reason", "expected_revision")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    saga_id: str
    request_id: str
    identity: str
    reason: str
    expected_revision: int
    def __init__(self, namespace: _Optional[str] = ..., saga_id: _Optional[str] = ..., request_id: _Optional[str] = ..., identity: _Optional[str] = ..., reason: _Optional[str] = ..., expected_revision: _Optional[int] = ...) -> None: ...

class AbandonSagaResponse(_message.Message):
    __slots__ = ("saga",)
    SAGA_FIELD_NUMBER: _ClassVar[int]
    saga: _saga_pb2.Saga
    def __init__(self, saga: _Optional[_Union[_saga_pb2.Saga, _Mapping]] = ...) -> None: ...

class ActOnSagasRequest(_message.Message):
    __slots__ = ("namespace", "statuses", "definition", "labels", "created_from", "created_before", "failure_code", "cancel", "suspend", "resume", "abandon", "retry_step", "skip_step", "resolve_step", "per_second", "max_sagas", "dry_run", "request_id", "identity", "reason")
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
    FAILURE_CODE_FIELD_NUMBER: _ClassVar[int]
    CANCEL_FIELD_NUMBER: _ClassVar[int]
    SUSPEND_FIELD_NUMBER: _ClassVar[int]
    RESUME_FIELD_NUMBER: _ClassVar[int]
    ABANDON_FIELD_NUMBER: _ClassVar[int]
    RETRY_STEP_FIELD_NUMBER: _ClassVar[int]
    SKIP_STEP_FIELD_NUMBER: _ClassVar[int]
    RESOLVE_STEP_FIELD_NUMBER: _ClassVar[int]
    PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    MAX_SAGAS_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    statuses: _containers.RepeatedScalarFieldContainer[_saga_pb2.SagaStatus]
    definition: str
    labels: _containers.ScalarMap[str, str]
    created_from: _timestamp_pb2.Timestamp
    created_before: _timestamp_pb2.Timestamp
    failure_code: str
    cancel: CancelSagaAction
    suspend: SuspendSagaAction
    resume: ResumeSagaAction
    abandon: AbandonSagaAction
    retry_step: RetryStepAction
    skip_step: SkipStepAction
    resolve_step: ResolveStepAction
    per_second: float
    max_sagas: int
    dry_run: bool
    request_id: str
    identity: str
    reason: str
    def __init__(self, namespace: _Optional[str] = ..., statuses: _Optional[_Iterable[_Union[_saga_pb2.SagaStatus, str]]] = ..., definition: _Optional[str] = ..., labels: _Optional[_Mapping[str, str]] = ..., created_from: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., created_before: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., failure_code: _Optional[str] = ..., cancel: _Optional[_Union[CancelSagaAction, _Mapping]] = ..., suspend: _Optional[_Union[SuspendSagaAction, _Mapping]] = ..., resume: _Optional[_Union[ResumeSagaAction, _Mapping]] = ..., abandon: _Optional[_Union[AbandonSagaAction, _Mapping]] = ..., retry_step: _Optional[_Union[RetryStepAction, _Mapping]] = ..., skip_step: _Optional[_Union[SkipStepAction, _Mapping]] = ..., resolve_step: _Optional[_Union[ResolveStepAction, _Mapping]] = ..., per_second: _Optional[float] = ..., max_sagas: _Optional[int] = ..., dry_run: _Optional[bool] = ..., request_id: _Optional[str] = ..., identity: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class CancelSagaAction(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class SuspendSagaAction(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ResumeSagaAction(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class AbandonSagaAction(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class RetryStepAction(_message.Message):
    __slots__ = ("step",)
    STEP_FIELD_NUMBER: _ClassVar[int]
    step: str
    def __init__(self, step: _Optional[str] = ...) -> None: ...

class SkipStepAction(_message.Message):
    __slots__ = ("step", "output")
    STEP_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    step: str
    output: _struct_pb2.Struct
    def __init__(self, step: _Optional[str] = ..., output: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...

class ResolveStepAction(_message.Message):
    __slots__ = ("step", "do_applied", "do_not_applied", "undo_applied")
    STEP_FIELD_NUMBER: _ClassVar[int]
    DO_APPLIED_FIELD_NUMBER: _ClassVar[int]
    DO_NOT_APPLIED_FIELD_NUMBER: _ClassVar[int]
    UNDO_APPLIED_FIELD_NUMBER: _ClassVar[int]
    step: str
    do_applied: DoApplied
    do_not_applied: DoNotApplied
    undo_applied: UndoApplied
    def __init__(self, step: _Optional[str] = ..., do_applied: _Optional[_Union[DoApplied, _Mapping]] = ..., do_not_applied: _Optional[_Union[DoNotApplied, _Mapping]] = ..., undo_applied: _Optional[_Union[UndoApplied, _Mapping]] = ...) -> None: ...

class ActOnSagasResponse(_message.Message):
    __slots__ = ("saga_id", "error")
    SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    saga_id: str
    error: ActError
    def __init__(self, saga_id: _Optional[str] = ..., error: _Optional[_Union[ActError, _Mapping]] = ...) -> None: ...

class ActError(_message.Message):
    __slots__ = ("code", "message")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    code: _errors_pb2.ErrorCode
    message: str
    def __init__(self, code: _Optional[_Union[_errors_pb2.ErrorCode, str]] = ..., message: _Optional[str] = ...) -> None: ...

class ListParticipantsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListParticipantsResponse(_message.Message):
    __slots__ = ("participants", "next_page_token")
    PARTICIPANTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    participants: _containers.RepeatedCompositeFieldContainer[Participant]
    next_page_token: str
    def __init__(self, participants: _Optional[_Iterable[_Union[Participant, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class Participant(_message.Message):
    __slots__ = ("name", "address", "transport", "do_breaker", "undo_breaker", "in_flight", "max_in_flight")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    TRANSPORT_FIELD_NUMBER: _ClassVar[int]
    DO_BREAKER_FIELD_NUMBER: _ClassVar[int]
    UNDO_BREAKER_FIELD_NUMBER: _ClassVar[int]
    IN_FLIGHT_FIELD_NUMBER: _ClassVar[int]
    MAX_IN_FLIGHT_FIELD_NUMBER: _ClassVar[int]
    name: str
    address: str
    transport: Transport
    do_breaker: Breaker
    undo_breaker: Breaker
    in_flight: int
    max_in_flight: int
    def __init__(self, name: _Optional[str] = ..., address: _Optional[str] = ..., transport: _Optional[_Union[Transport, str]] = ..., do_breaker: _Optional[_Union[Breaker, _Mapping]] = ..., undo_breaker: _Optional[_Union[Breaker, _Mapping]] = ..., in_flight: _Optional[int] = ..., max_in_flight: _Optional[int] = ...) -> None: ...

class Breaker(_message.Message):
    __slots__ = ("state", "opened_at")
    STATE_FIELD_NUMBER: _ClassVar[int]
    OPENED_AT_FIELD_NUMBER: _ClassVar[int]
    state: BreakerState
    opened_at: _timestamp_pb2.Timestamp
    def __init__(self, state: _Optional[_Union[BreakerState, str]] = ..., opened_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GetClusterInfoRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetClusterInfoResponse(_message.Message):
    __slots__ = ("version", "partitions", "replicas", "store", "warnings")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    PARTITIONS_FIELD_NUMBER: _ClassVar[int]
    REPLICAS_FIELD_NUMBER: _ClassVar[int]
    STORE_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    version: str
    partitions: int
    replicas: _containers.RepeatedCompositeFieldContainer[Replica]
    store: str
    warnings: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, version: _Optional[str] = ..., partitions: _Optional[int] = ..., replicas: _Optional[_Iterable[_Union[Replica, _Mapping]]] = ..., store: _Optional[str] = ..., warnings: _Optional[_Iterable[str]] = ...) -> None: ...

class Replica(_message.Message):
    __slots__ = ("id", "seen_at", "lease")
    ID_FIELD_NUMBER: _ClassVar[int]
    SEEN_AT_FIELD_NUMBER: _ClassVar[int]
    LEASE_FIELD_NUMBER: _ClassVar[int]
    id: str
    seen_at: _timestamp_pb2.Timestamp
    lease: _duration_pb2.Duration
    def __init__(self, id: _Optional[str] = ..., seen_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., lease: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...
