"""From the messages of the orchestrator to the objects of this SDK."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from backstitch.enum_names import short_name
from backstitch.gen.v1 import definition_pb2, definition_service_pb2, errors_pb2, saga_pb2
from backstitch.payload import JsonObject, from_struct
from backstitch.saga_state import (
    DefinitionVersion,
    Failure,
    KeptSignal,
    ParentSaga,
    Saga,
    SagaLock,
    SagaStep,
    StartedSaga,
    StepItem,
    Suspension,
)


def to_saga(message: saga_pb2.Saga) -> Saga:
    """The plain form of a saga."""
    return Saga(**_saga_fields(message))


def to_started_saga(message: saga_pb2.Saga, started: bool) -> StartedSaga:
    """The plain form of a saga that was to be started."""
    return StartedSaga(**_saga_fields(message), started=started)


def to_definition_version(message: definition_service_pb2.RegisterDefinitionResponse) -> DefinitionVersion:
    """The plain form of what was registered."""
    version: definition_pb2.DefinitionVersion = message.version
    return DefinitionVersion(
        namespace=version.namespace,
        definition=MessageToDict(version.definition),
        version=version.version,
        latest=version.latest,
        digest=version.digest,
        registered_at=_time(version, "registered_at"),
        created=message.created,
    )


def _saga_fields(message: saga_pb2.Saga) -> dict[str, Any]:
    lock, parent, suspension = message.lock, message.parent, message.suspension
    return {
        "namespace": message.namespace,
        "saga_id": message.saga_id,
        "definition": message.definition,
        "version": message.version,
        "status": short_name(saga_pb2.SagaStatus, message.status),
        "direction": short_name(saga_pb2.Direction, message.direction),
        "input": _payload(message, "input"),
        "steps": [_step(step) for step in message.steps],
        "labels": dict(message.labels),
        "created_at": _time(message, "created_at"),
        "updated_at": _time(message, "updated_at"),
        "finished_at": _time(message, "finished_at"),
        "deadline": _time(message, "deadline"),
        "overdue": message.overdue,
        "failure": _failure(message),
        "revision": message.revision,
        "wake_at": _time(message, "wake_at"),
        "output": _payload(message, "output"),
        "lock": SagaLock(name=lock.name, key=lock.key, held=lock.held) if message.HasField("lock") else None,
        "parent": ParentSaga(saga_id=parent.saga_id, step=parent.step) if message.HasField("parent") else None,
        "suspension": Suspension(failure=_failure(suspension), since=_time(suspension, "since"))
        if message.HasField("suspension")
        else None,
        "signals": [
            KeptSignal(name=signal.name, payload=_payload(signal, "payload"), received_at=_time(signal, "received_at"))
            for signal in message.signals
        ],
    }


def _step(message: saga_pb2.SagaStep) -> SagaStep:
    return SagaStep(
        **_item_fields(message),
        name=message.name,
        round=message.round,
        returns=message.returns,
        reverting=message.reverting,
        items=[StepItem(**_item_fields(item)) for item in message.items],
        child_saga_id=message.child_saga_id or None,
        signal=message.signal or None,
    )


def _item_fields(message: saga_pb2.SagaStep | saga_pb2.StepItem) -> dict[str, Any]:
    return {
        "status": short_name(saga_pb2.StepStatus, message.status),
        "wait_reason": short_name(saga_pb2.WaitReason, message.wait_reason),
        "attempt": message.attempt,
        "armed": message.armed,
        "input": _payload(message, "input"),
        "output": _payload(message, "output"),
        "failure": _failure(message),
        "started_at": _time(message, "started_at"),
        "finished_at": _time(message, "finished_at"),
        "next_attempt_at": _time(message, "next_attempt_at"),
    }


def _failure(owner: saga_pb2.Saga | saga_pb2.SagaStep | saga_pb2.StepItem | saga_pb2.Suspension) -> Failure | None:
    if not owner.HasField("failure"):
        return None
    failure = owner.failure
    return Failure(
        kind=short_name(errors_pb2.FailureKind, failure.kind),
        code=failure.code,
        message=failure.message,
        details=_payload(failure, "details"),
        step=failure.step,
    )


def _payload(message: Message, field: str) -> JsonObject | None:
    return from_struct(getattr(message, field)) if message.HasField(field) else None


def _time(message: Message, field: str) -> datetime | None:
    if not message.HasField(field):
        return None
    moment: datetime = getattr(message, field).ToDatetime(tzinfo=UTC)
    return moment
