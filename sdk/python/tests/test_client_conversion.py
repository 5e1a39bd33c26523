"""Sagas as the client gives them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from google.protobuf.struct_pb2 import Struct
from google.protobuf.timestamp_pb2 import Timestamp

from backstitch import Failure, KeptSignal, ParentSaga, Saga, SagaLock, SagaStep, StepItem, Suspension
from backstitch.client.conversion import to_saga
from backstitch.gen.v1 import errors_pb2, saga_pb2


def struct(**fields: Any) -> Struct:
    made = Struct()
    made.update(fields)
    return made


def at(second: int) -> Timestamp:
    return Timestamp(seconds=second)


def time(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def test_every_field_of_a_saga_is_shown() -> None:
    message = saga_pb2.Saga(
        namespace="shop",
        saga_id="s1",
        definition="order",
        version=2,
        status="SAGA_STATUS_SUSPENDED",
        direction="DIRECTION_BACKWARD",
        input=struct(a=1),
        labels={"x": "y"},
        created_at=at(1),
        updated_at=at(2),
        finished_at=at(3),
        deadline=at(4),
        overdue=True,
        failure=errors_pb2.Failure(kind="FAILURE_KIND_REJECTED", code="NO", message="no", step="pay"),
        revision=9,
        wake_at=at(5),
        output=struct(b=2),
        lock=saga_pb2.SagaLock(name="n", key="k", held=True),
        parent=saga_pb2.ParentSaga(saga_id="p", step="child"),
        suspension=saga_pb2.Suspension(failure=errors_pb2.Failure(kind="FAILURE_KIND_SUSPENDED"), since=at(6)),
        signals=[saga_pb2.KeptSignal(name="go", payload=struct(c=3), received_at=at(7))],
        steps=[
            saga_pb2.SagaStep(
                name="pay",
                status="STEP_STATUS_WAITING",
                wait_reason="WAIT_REASON_CHILD",
                attempt=1,
                round=2,
                returns=3,
                reverting=True,
                armed=True,
                input=struct(d=4),
                output=struct(e=5),
                failure=errors_pb2.Failure(code="X", details=struct(f=6)),
                started_at=at(8),
                finished_at=at(9),
                next_attempt_at=at(10),
                items=[saga_pb2.StepItem(status="STEP_STATUS_DONE", attempt=4, output=struct(g=7))],
                child_saga_id="s1.pay",
                signal="paid",
            )
        ],
    )
    rejected = Failure(kind="REJECTED", code="NO", message="no", details=None, step="pay")
    suspended = Failure(kind="SUSPENDED", code="", message="", details=None, step="")
    assert to_saga(message) == Saga(
        namespace="shop",
        saga_id="s1",
        definition="order",
        version=2,
        status="SUSPENDED",
        direction="BACKWARD",
        input={"a": 1},
        labels={"x": "y"},
        created_at=time(1),
        updated_at=time(2),
        finished_at=time(3),
        deadline=time(4),
        overdue=True,
        failure=rejected,
        revision=9,
        wake_at=time(5),
        output={"b": 2},
        lock=SagaLock(name="n", key="k", held=True),
        parent=ParentSaga(saga_id="p", step="child"),
        suspension=Suspension(failure=suspended, since=time(6)),
        signals=[KeptSignal(name="go", payload={"c": 3}, received_at=time(7))],
        steps=[
            SagaStep(
                name="pay",
                status="WAITING",
                wait_reason="CHILD",
                attempt=1,
                round=2,
                returns=3,
                reverting=True,
                armed=True,
                input={"d": 4},
                output={"e": 5},
                failure=Failure(kind=None, code="X", message="", details={"f": 6}, step=""),
                started_at=time(8),
                finished_at=time(9),
                next_attempt_at=time(10),
                items=[
                    StepItem(
                        status="DONE",
                        wait_reason=None,
                        attempt=4,
                        armed=False,
                        input=None,
                        output={"g": 7},
                        failure=None,
                        started_at=None,
                        finished_at=None,
                        next_attempt_at=None,
                    )
                ],
                child_saga_id="s1.pay",
                signal="paid",
            )
        ],
    )
    assert {field.name for field in saga_pb2.Saga.DESCRIPTOR.fields} == set(Saga.__dataclass_fields__)
    assert {field.name for field in saga_pb2.SagaStep.DESCRIPTOR.fields} == set(SagaStep.__dataclass_fields__)


def test_a_status_that_is_newer_than_this_sdk_shows_as_its_number() -> None:
    message = saga_pb2.Saga.FromString(bytes([5 << 3, 99]))
    assert str(to_saga(message).status) == "99"
    assert not to_saga(message).is_final
