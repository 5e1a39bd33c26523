import datetime

from backstitch.gen.v1 import errors_pb2 as _errors_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SagaStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SAGA_STATUS_UNSPECIFIED: _ClassVar[SagaStatus]
    SAGA_STATUS_RUNNING: _ClassVar[SagaStatus]
    SAGA_STATUS_COMPENSATING: _ClassVar[SagaStatus]
    SAGA_STATUS_SUSPENDED: _ClassVar[SagaStatus]
    SAGA_STATUS_COMPLETED: _ClassVar[SagaStatus]
    SAGA_STATUS_COMPENSATED: _ClassVar[SagaStatus]
    SAGA_STATUS_ABANDONED: _ClassVar[SagaStatus]

class Direction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DIRECTION_UNSPECIFIED: _ClassVar[Direction]
    DIRECTION_FORWARD: _ClassVar[Direction]
    DIRECTION_BACKWARD: _ClassVar[Direction]

class StepStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STEP_STATUS_UNSPECIFIED: _ClassVar[StepStatus]
    STEP_STATUS_PENDING: _ClassVar[StepStatus]
    STEP_STATUS_RUNNING: _ClassVar[StepStatus]
    STEP_STATUS_WAITING: _ClassVar[StepStatus]
    STEP_STATUS_DONE: _ClassVar[StepStatus]
    STEP_STATUS_REJECTED: _ClassVar[StepStatus]
    STEP_STATUS_FAILED: _ClassVar[StepStatus]
    STEP_STATUS_SKIPPED: _ClassVar[StepStatus]
    STEP_STATUS_SUSPENDED: _ClassVar[StepStatus]
    STEP_STATUS_UNDOING: _ClassVar[StepStatus]
    STEP_STATUS_UNDONE: _ClassVar[StepStatus]

class WaitReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WAIT_REASON_UNSPECIFIED: _ClassVar[WaitReason]
    WAIT_REASON_BACKOFF: _ClassVar[WaitReason]
    WAIT_REASON_TIMER: _ClassVar[WaitReason]
    WAIT_REASON_SIGNAL: _ClassVar[WaitReason]
    WAIT_REASON_COMPLETION: _ClassVar[WaitReason]
    WAIT_REASON_BREAKER: _ClassVar[WaitReason]
    WAIT_REASON_CHILD: _ClassVar[WaitReason]

class SagaView(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SAGA_VIEW_UNSPECIFIED: _ClassVar[SagaView]
    SAGA_VIEW_BRIEF: _ClassVar[SagaView]
    SAGA_VIEW_FULL: _ClassVar[SagaView]

class StepResolution(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STEP_RESOLUTION_UNSPECIFIED: _ClassVar[StepResolution]
    STEP_RESOLUTION_DO_APPLIED: _ClassVar[StepResolution]
    STEP_RESOLUTION_DO_NOT_APPLIED: _ClassVar[StepResolution]
    STEP_RESOLUTION_UNDO_APPLIED: _ClassVar[StepResolution]
SAGA_STATUS_UNSPECIFIED: SagaStatus
SAGA_STATUS_RUNNING: SagaStatus
SAGA_STATUS_COMPENSATING: SagaStatus
SAGA_STATUS_SUSPENDED: SagaStatus
SAGA_STATUS_COMPLETED: SagaStatus
SAGA_STATUS_COMPENSATED: SagaStatus
SAGA_STATUS_ABANDONED: SagaStatus
DIRECTION_UNSPECIFIED: Direction
DIRECTION_FORWARD: Direction
DIRECTION_BACKWARD: Direction
STEP_STATUS_UNSPECIFIED: StepStatus
STEP_STATUS_PENDING: StepStatus
STEP_STATUS_RUNNING: StepStatus
STEP_STATUS_WAITING: StepStatus
STEP_STATUS_DONE: StepStatus
STEP_STATUS_REJECTED: StepStatus
STEP_STATUS_FAILED: StepStatus
STEP_STATUS_SKIPPED: StepStatus
STEP_STATUS_SUSPENDED: StepStatus
STEP_STATUS_UNDOING: StepStatus
STEP_STATUS_UNDONE: StepStatus
WAIT_REASON_UNSPECIFIED: WaitReason
WAIT_REASON_BACKOFF: WaitReason
WAIT_REASON_TIMER: WaitReason
WAIT_REASON_SIGNAL: WaitReason
WAIT_REASON_COMPLETION: WaitReason
WAIT_REASON_BREAKER: WaitReason
WAIT_REASON_CHILD: WaitReason
SAGA_VIEW_UNSPECIFIED: SagaView
SAGA_VIEW_BRIEF: SagaView
SAGA_VIEW_FULL: SagaView
STEP_RESOLUTION_UNSPECIFIED: StepResolution
STEP_RESOLUTION_DO_APPLIED: StepResolution
STEP_RESOLUTION_DO_NOT_APPLIED: StepResolution
STEP_RESOLUTION_UNDO_APPLIED: StepResolution

class Saga(_message.Message):
    __slots__ = ("namespace", "saga_id", "definition", "version", "status", "direction", "input", "steps", "labels", "created_at", "updated_at", "finished_at", "deadline", "overdue", "failure", "revision", "wake_at", "output", "lock", "parent", "suspension", "signals")
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
    INPUT_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    FINISHED_AT_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    OVERDUE_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    WAKE_AT_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    LOCK_FIELD_NUMBER: _ClassVar[int]
    PARENT_FIELD_NUMBER: _ClassVar[int]
    SUSPENSION_FIELD_NUMBER: _ClassVar[int]
    SIGNALS_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    saga_id: str
    definition: str
    version: int
    status: SagaStatus
    direction: Direction
    input: _struct_pb2.Struct
    steps: _containers.RepeatedCompositeFieldContainer[SagaStep]
    labels: _containers.ScalarMap[str, str]
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    finished_at: _timestamp_pb2.Timestamp
    deadline: _timestamp_pb2.Timestamp
    overdue: bool
    failure: _errors_pb2.Failure
    revision: int
    wake_at: _timestamp_pb2.Timestamp
    output: _struct_pb2.Struct
    lock: SagaLock
    parent: ParentSaga
    suspension: Suspension
    signals: _containers.RepeatedCompositeFieldContainer[KeptSignal]
    def __init__(self, namespace: _Optional[str] = ..., saga_id: _Optional[str] = ..., definition: _Optional[str] = ..., version: _Optional[int] = ..., status: _Optional[_Union[SagaStatus, str]] = ..., direction: _Optional[_Union[Direction, str]] = ..., input: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., steps: _Optional[_Iterable[_Union[SagaStep, _Mapping]]] = ..., labels: _Optional[_Mapping[str, str]] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., finished_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., deadline: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., overdue: _Optional[bool] = ..., failure: _Optional[_Union[_errors_pb2.Failure, _Mapping]] = ..., revision: _Optional[int] = ..., wake_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., output: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., lock: _Optional[_Union[SagaLock, _Mapping]] = ..., parent: _Optional[_Union[ParentSaga, _Mapping]] = ..., suspension: _Optional[_Union[Suspension, _Mapping]] = ..., signals: _Optional[_Iterable[_Union[KeptSignal, _Mapping]]] = ...) -> None: ...

class SagaLock(_message.Message):
    __slots__ = ("name", "key", "held")
    NAME_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    HELD_FIELD_NUMBER: _ClassVar[int]
    name: str
    key: str
    held: bool
    def __init__(self, name: _Optional[str] = ..., key: _Optional[str] = ..., held: _Optional[bool] = ...) -> None: ...

class ParentSaga(_message.Message):
    __slots__ = ("saga_id", "step")
    SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    saga_id: str
    step: str
    def __init__(self, saga_id: _Optional[str] = ..., step: _Optional[str] = ...) -> None: ...

class Suspension(_message.Message):
    __slots__ = ("failure", "since")
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    failure: _errors_pb2.Failure
    since: _timestamp_pb2.Timestamp
    def __init__(self, failure: _Optional[_Union[_errors_pb2.Failure, _Mapping]] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class KeptSignal(_message.Message):
    __slots__ = ("name", "payload", "received_at")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_AT_FIELD_NUMBER: _ClassVar[int]
    name: str
    payload: _struct_pb2.Struct
    received_at: _timestamp_pb2.Timestamp
    def __init__(self, name: _Optional[str] = ..., payload: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., received_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SagaStep(_message.Message):
    __slots__ = ("name", "status", "wait_reason", "attempt", "round", "armed", "input", "output", "failure", "started_at", "finished_at", "next_attempt_at", "items", "child_saga_id", "returns", "reverting", "signal")
    NAME_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    WAIT_REASON_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    ROUND_FIELD_NUMBER: _ClassVar[int]
    ARMED_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    FINISHED_AT_FIELD_NUMBER: _ClassVar[int]
    NEXT_ATTEMPT_AT_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    CHILD_SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    RETURNS_FIELD_NUMBER: _ClassVar[int]
    REVERTING_FIELD_NUMBER: _ClassVar[int]
    SIGNAL_FIELD_NUMBER: _ClassVar[int]
    name: str
    status: StepStatus
    wait_reason: WaitReason
    attempt: int
    round: int
    armed: bool
    input: _struct_pb2.Struct
    output: _struct_pb2.Struct
    failure: _errors_pb2.Failure
    started_at: _timestamp_pb2.Timestamp
    finished_at: _timestamp_pb2.Timestamp
    next_attempt_at: _timestamp_pb2.Timestamp
    items: _containers.RepeatedCompositeFieldContainer[StepItem]
    child_saga_id: str
    returns: int
    reverting: bool
    signal: str
    def __init__(self, name: _Optional[str] = ..., status: _Optional[_Union[StepStatus, str]] = ..., wait_reason: _Optional[_Union[WaitReason, str]] = ..., attempt: _Optional[int] = ..., round: _Optional[int] = ..., armed: _Optional[bool] = ..., input: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., output: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., failure: _Optional[_Union[_errors_pb2.Failure, _Mapping]] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., finished_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., next_attempt_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., items: _Optional[_Iterable[_Union[StepItem, _Mapping]]] = ..., child_saga_id: _Optional[str] = ..., returns: _Optional[int] = ..., reverting: _Optional[bool] = ..., signal: _Optional[str] = ...) -> None: ...

class StepItem(_message.Message):
    __slots__ = ("status", "wait_reason", "attempt", "armed", "input", "output", "failure", "started_at", "finished_at", "next_attempt_at")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    WAIT_REASON_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    ARMED_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    FINISHED_AT_FIELD_NUMBER: _ClassVar[int]
    NEXT_ATTEMPT_AT_FIELD_NUMBER: _ClassVar[int]
    status: StepStatus
    wait_reason: WaitReason
    attempt: int
    armed: bool
    input: _struct_pb2.Struct
    output: _struct_pb2.Struct
    failure: _errors_pb2.Failure
    started_at: _timestamp_pb2.Timestamp
    finished_at: _timestamp_pb2.Timestamp
    next_attempt_at: _timestamp_pb2.Timestamp
    def __init__(self, status: _Optional[_Union[StepStatus, str]] = ..., wait_reason: _Optional[_Union[WaitReason, str]] = ..., attempt: _Optional[int] = ..., armed: _Optional[bool] = ..., input: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., output: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., failure: _Optional[_Union[_errors_pb2.Failure, _Mapping]] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., finished_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., next_attempt_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class HistoryEvent(_message.Message):
    __slots__ = ("sequence", "time", "saga_started", "step_started", "step_done", "step_rejected", "step_failed", "step_skipped", "step_suspended", "undo_started", "step_undone", "undo_failed", "compensation_started", "saga_suspended", "saga_resumed", "saga_finished", "operator_acted", "signal_received", "deadline_passed", "step_waiting", "recovered", "going_back", "round_started", "step_resolved", "lock_granted", "store_rolled_back", "items_listed", "step_retried")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    SAGA_STARTED_FIELD_NUMBER: _ClassVar[int]
    STEP_STARTED_FIELD_NUMBER: _ClassVar[int]
    STEP_DONE_FIELD_NUMBER: _ClassVar[int]
    STEP_REJECTED_FIELD_NUMBER: _ClassVar[int]
    STEP_FAILED_FIELD_NUMBER: _ClassVar[int]
    STEP_SKIPPED_FIELD_NUMBER: _ClassVar[int]
    STEP_SUSPENDED_FIELD_NUMBER: _ClassVar[int]
    UNDO_STARTED_FIELD_NUMBER: _ClassVar[int]
    STEP_UNDONE_FIELD_NUMBER: _ClassVar[int]
    UNDO_FAILED_FIELD_NUMBER: _ClassVar[int]
    COMPENSATION_STARTED_FIELD_NUMBER: _ClassVar[int]
    SAGA_SUSPENDED_FIELD_NUMBER: _ClassVar[int]
    SAGA_RESUMED_FIELD_NUMBER: _ClassVar[int]
    SAGA_FINISHED_FIELD_NUMBER: _ClassVar[int]
    OPERATOR_ACTED_FIELD_NUMBER: _ClassVar[int]
    SIGNAL_RECEIVED_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_PASSED_FIELD_NUMBER: _ClassVar[int]
    STEP_WAITING_FIELD_NUMBER: _ClassVar[int]
    RECOVERED_FIELD_NUMBER: _ClassVar[int]
    GOING_BACK_FIELD_NUMBER: _ClassVar[int]
    ROUND_STARTED_FIELD_NUMBER: _ClassVar[int]
    STEP_RESOLVED_FIELD_NUMBER: _ClassVar[int]
    LOCK_GRANTED_FIELD_NUMBER: _ClassVar[int]
    STORE_ROLLED_BACK_FIELD_NUMBER: _ClassVar[int]
    ITEMS_LISTED_FIELD_NUMBER: _ClassVar[int]
    STEP_RETRIED_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    time: _timestamp_pb2.Timestamp
    saga_started: SagaStarted
    step_started: StepStarted
    step_done: StepDone
    step_rejected: StepRejected
    step_failed: StepFailed
    step_skipped: StepSkipped
    step_suspended: StepSuspended
    undo_started: UndoStarted
    step_undone: StepUndone
    undo_failed: UndoFailed
    compensation_started: CompensationStarted
    saga_suspended: SagaSuspended
    saga_resumed: SagaResumed
    saga_finished: SagaFinished
    operator_acted: OperatorActed
    signal_received: SignalReceived
    deadline_passed: DeadlinePassed
    step_waiting: StepWaiting
    recovered: Recovered
    going_back: GoingBack
    round_started: RoundStarted
    step_resolved: StepResolved
    lock_granted: LockGranted
    store_rolled_back: StoreRolledBack
    items_listed: ItemsListed
    step_retried: StepRetried
    def __init__(self, sequence: _Optional[int] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., saga_started: _Optional[_Union[SagaStarted, _Mapping]] = ..., step_started: _Optional[_Union[StepStarted, _Mapping]] = ..., step_done: _Optional[_Union[StepDone, _Mapping]] = ..., step_rejected: _Optional[_Union[StepRejected, _Mapping]] = ..., step_failed: _Optional[_Union[StepFailed, _Mapping]] = ..., step_skipped: _Optional[_Union[StepSkipped, _Mapping]] = ..., step_suspended: _Optional[_Union[StepSuspended, _Mapping]] = ..., undo_started: _Optional[_Union[UndoStarted, _Mapping]] = ..., step_undone: _Optional[_Union[StepUndone, _Mapping]] = ..., undo_failed: _Optional[_Union[UndoFailed, _Mapping]] = ..., compensation_started: _Optional[_Union[CompensationStarted, _Mapping]] = ..., saga_suspended: _Optional[_Union[SagaSuspended, _Mapping]] = ..., saga_resumed: _Optional[_Union[SagaResumed, _Mapping]] = ..., saga_finished: _Optional[_Union[SagaFinished, _Mapping]] = ..., operator_acted: _Optional[_Union[OperatorActed, _Mapping]] = ..., signal_received: _Optional[_Union[SignalReceived, _Mapping]] = ..., deadline_passed: _Optional[_Union[DeadlinePassed, _Mapping]] = ..., step_waiting: _Optional[_Union[StepWaiting, _Mapping]] = ..., recovered: _Optional[_Union[Recovered, _Mapping]] = ..., going_back: _Optional[_Union[GoingBack, _Mapping]] = ..., round_started: _Optional[_Union[RoundStarted, _Mapping]] = ..., step_resolved: _Optional[_Union[StepResolved, _Mapping]] = ..., lock_granted: _Optional[_Union[LockGranted, _Mapping]] = ..., store_rolled_back: _Optional[_Union[StoreRolledBack, _Mapping]] = ..., items_listed: _Optional[_Union[ItemsListed, _Mapping]] = ..., step_retried: _Optional[_Union[StepRetried, _Mapping]] = ...) -> None: ...

class SagaStarted(_message.Message):
    __slots__ = ("definition", "version")
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    definition: str
    version: int
    def __init__(self, definition: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class StepStarted(_message.Message):
    __slots__ = ("step", "attempt", "round", "item")
    STEP_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    ROUND_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    step: str
    attempt: int
    round: int
    item: int
    def __init__(self, step: _Optional[str] = ..., attempt: _Optional[int] = ..., round: _Optional[int] = ..., item: _Optional[int] = ...) -> None: ...

class StepDone(_message.Message):
    __slots__ = ("step", "attempt", "output", "item")
    STEP_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    step: str
    attempt: int
    output: _struct_pb2.Struct
    item: int
    def __init__(self, step: _Optional[str] = ..., attempt: _Optional[int] = ..., output: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., item: _Optional[int] = ...) -> None: ...

class StepRejected(_message.Message):
    __slots__ = ("step", "attempt", "failure", "item")
    STEP_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    step: str
    attempt: int
    failure: _errors_pb2.Failure
    item: int
    def __init__(self, step: _Optional[str] = ..., attempt: _Optional[int] = ..., failure: _Optional[_Union[_errors_pb2.Failure, _Mapping]] = ..., item: _Optional[int] = ...) -> None: ...

class StepFailed(_message.Message):
    __slots__ = ("step", "attempt", "failure", "next_attempt_at", "item")
    STEP_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    NEXT_ATTEMPT_AT_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    step: str
    attempt: int
    failure: _errors_pb2.Failure
    next_attempt_at: _timestamp_pb2.Timestamp
    item: int
    def __init__(self, step: _Optional[str] = ..., attempt: _Optional[int] = ..., failure: _Optional[_Union[_errors_pb2.Failure, _Mapping]] = ..., next_attempt_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., item: _Optional[int] = ...) -> None: ...

class StepSkipped(_message.Message):
    __slots__ = ("step", "output", "item")
    STEP_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    step: str
    output: _struct_pb2.Struct
    item: int
    def __init__(self, step: _Optional[str] = ..., output: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., item: _Optional[int] = ...) -> None: ...

class StepSuspended(_message.Message):
    __slots__ = ("step", "failure", "item")
    STEP_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    step: str
    failure: _errors_pb2.Failure
    item: int
    def __init__(self, step: _Optional[str] = ..., failure: _Optional[_Union[_errors_pb2.Failure, _Mapping]] = ..., item: _Optional[int] = ...) -> None: ...

class UndoStarted(_message.Message):
    __slots__ = ("step", "attempt", "round", "item")
    STEP_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    ROUND_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    step: str
    attempt: int
    round: int
    item: int
    def __init__(self, step: _Optional[str] = ..., attempt: _Optional[int] = ..., round: _Optional[int] = ..., item: _Optional[int] = ...) -> None: ...

class StepUndone(_message.Message):
    __slots__ = ("step", "attempt", "item")
    STEP_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    step: str
    attempt: int
    item: int
    def __init__(self, step: _Optional[str] = ..., attempt: _Optional[int] = ..., item: _Optional[int] = ...) -> None: ...

class UndoFailed(_message.Message):
    __slots__ = ("step", "attempt", "failure", "next_attempt_at", "item")
    STEP_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    NEXT_ATTEMPT_AT_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    step: str
    attempt: int
    failure: _errors_pb2.Failure
    next_attempt_at: _timestamp_pb2.Timestamp
    item: int
    def __init__(self, step: _Optional[str] = ..., attempt: _Optional[int] = ..., failure: _Optional[_Union[_errors_pb2.Failure, _Mapping]] = ..., next_attempt_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., item: _Optional[int] = ...) -> None: ...

class CompensationStarted(_message.Message):
    __slots__ = ("failure",)
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    failure: _errors_pb2.Failure
    def __init__(self, failure: _Optional[_Union[_errors_pb2.Failure, _Mapping]] = ...) -> None: ...

class SagaSuspended(_message.Message):
    __slots__ = ("failure",)
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    failure: _errors_pb2.Failure
    def __init__(self, failure: _Optional[_Union[_errors_pb2.Failure, _Mapping]] = ...) -> None: ...

class SagaResumed(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class SagaFinished(_message.Message):
    __slots__ = ("status", "output")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    status: SagaStatus
    output: _struct_pb2.Struct
    def __init__(self, status: _Optional[_Union[SagaStatus, str]] = ..., output: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...

class OperatorActed(_message.Message):
    __slots__ = ("verb", "step", "identity", "reason", "item")
    VERB_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    verb: str
    step: str
    identity: str
    reason: str
    item: int
    def __init__(self, verb: _Optional[str] = ..., step: _Optional[str] = ..., identity: _Optional[str] = ..., reason: _Optional[str] = ..., item: _Optional[int] = ...) -> None: ...

class SignalReceived(_message.Message):
    __slots__ = ("name", "payload", "identity")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    name: str
    payload: _struct_pb2.Struct
    identity: str
    def __init__(self, name: _Optional[str] = ..., payload: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., identity: _Optional[str] = ...) -> None: ...

class DeadlinePassed(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class StepWaiting(_message.Message):
    __slots__ = ("step", "reason", "until", "item")
    STEP_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    step: str
    reason: WaitReason
    until: _timestamp_pb2.Timestamp
    item: int
    def __init__(self, step: _Optional[str] = ..., reason: _Optional[_Union[WaitReason, str]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., item: _Optional[int] = ...) -> None: ...

class Recovered(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GoingBack(_message.Message):
    __slots__ = ("step", "to", "failure")
    STEP_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    step: str
    to: str
    failure: _errors_pb2.Failure
    def __init__(self, step: _Optional[str] = ..., to: _Optional[str] = ..., failure: _Optional[_Union[_errors_pb2.Failure, _Mapping]] = ...) -> None: ...

class RoundStarted(_message.Message):
    __slots__ = ("steps",)
    STEPS_FIELD_NUMBER: _ClassVar[int]
    steps: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, steps: _Optional[_Iterable[str]] = ...) -> None: ...

class StepResolved(_message.Message):
    __slots__ = ("step", "resolution", "output", "item")
    STEP_FIELD_NUMBER: _ClassVar[int]
    RESOLUTION_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    step: str
    resolution: StepResolution
    output: _struct_pb2.Struct
    item: int
    def __init__(self, step: _Optional[str] = ..., resolution: _Optional[_Union[StepResolution, str]] = ..., output: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., item: _Optional[int] = ...) -> None: ...

class StepRetried(_message.Message):
    __slots__ = ("step", "item", "input")
    STEP_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    step: str
    item: int
    input: _struct_pb2.Struct
    def __init__(self, step: _Optional[str] = ..., item: _Optional[int] = ..., input: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...

class LockGranted(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class StoreRolledBack(_message.Message):
    __slots__ = ("until",)
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    until: _timestamp_pb2.Timestamp
    def __init__(self, until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ItemsListed(_message.Message):
    __slots__ = ("step", "count")
    STEP_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    step: str
    count: int
    def __init__(self, step: _Optional[str] = ..., count: _Optional[int] = ...) -> None: ...
