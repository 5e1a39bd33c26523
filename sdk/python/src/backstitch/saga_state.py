"""Sagas as the client gives them: plain objects, with short names for statuses and aware datetimes in UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from backstitch.payload import JsonObject

SagaStatus = Literal["RUNNING", "COMPENSATING", "SUSPENDED", "COMPLETED", "COMPENSATED", "ABANDONED"]
"""Where a saga stands. The last three are final."""

StepStatus = Literal[
    "PENDING", "RUNNING", "WAITING", "DONE", "REJECTED", "FAILED", "SKIPPED", "SUSPENDED", "UNDOING", "UNDONE"
]
"""Where a step stands."""

WaitReason = Literal["BACKOFF", "TIMER", "SIGNAL", "COMPLETION", "BREAKER", "CHILD"]
"""What a waiting step waits for."""

Direction = Literal["FORWARD", "BACKWARD"]
"""Which way a saga goes: doing or undoing."""

View = Literal["FULL", "BRIEF"]
"""How much of a saga an answer holds: all of it, or all but its payloads."""

FailureKind = Literal[
    "REJECTED", "TECHNICAL", "TIMEOUT", "EXPRESSION", "CANCELLED", "DEADLINE", "QUARANTINED", "SUSPENDED"
]
"""What kind of failure it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why something failed."""

    kind: FailureKind | None
    code: str
    """A business code such as ``CARD_DECLINED``, a gRPC status name, or an error code of the orchestrator."""
    message: str
    details: JsonObject | None
    step: str
    """Empty where it happened in no step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepItem:
    """What is done and undone: a step, or an item of a for_each step."""

    status: StepStatus
    wait_reason: WaitReason | None
    """Set while the status is WAITING."""
    attempt: int
    """Attempts made in the present direction."""
    armed: bool
    """Whether an effect may exist that has not been undone."""
    input: JsonObject | None
    output: JsonObject | None
    failure: Failure | None
    """The last failure, or the refusal."""
    started_at: datetime | None
    finished_at: datetime | None
    next_attempt_at: datetime | None
    """When it goes on by itself: the next attempt, a timer, the end of a wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SagaStep(StepItem):
    """A step of a saga."""

    name: str
    round: int
    """Counts the times the step began anew after it was undone; 0 for the first."""
    returns: int
    """How often the saga went back from here."""
    reverting: bool
    """It is being undone to be done anew."""
    items: list[StepItem]
    """The items of a for_each step that has begun, in the order of the list."""
    child_saga_id: str | None
    """The saga that a step runs."""
    signal: str | None
    """The signal that a step waits for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SagaLock:
    """What no other saga may work on."""

    name: str
    key: str
    held: bool
    """False while another saga has it: the first step waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentSaga:
    """The saga that runs a child saga, and the step that does."""

    saga_id: str
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """Why a saga is SUSPENDED, and since when its clocks stand still."""

    failure: Failure | None
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSignal:
    """A signal that no step has taken yet."""

    name: str
    payload: JsonObject | None
    received_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Saga:
    """A saga. Payloads are missing from a BRIEF view."""

    namespace: str
    saga_id: str
    definition: str
    version: int
    status: SagaStatus
    direction: Direction
    input: JsonObject | None
    steps: list[SagaStep]
    labels: dict[str, str]
    created_at: datetime | None
    updated_at: datetime | None
    finished_at: datetime | None
    deadline: datetime | None
    overdue: bool
    """Past its deadline but past its pivot too: it goes on, late."""
    failure: Failure | None
    """Why it is compensated or suspended."""
    revision: int
    """Counts its commits."""
    wake_at: datetime | None
    """When it next wakes by itself, while it waits."""
    output: JsonObject | None
    """What it gave, once it is COMPLETED."""
    lock: SagaLock | None
    parent: ParentSaga | None
    suspension: Suspension | None
    """Set while it is SUSPENDED."""
    signals: list[KeptSignal]
    """Signals that came and no step has taken yet."""

    @property
    def is_final(self) -> bool:
        """Whether it has come to its end."""
        return self.status in ("COMPLETED", "COMPENSATED", "ABANDONED")


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedSaga(Saga):
    """A saga as ``start`` gives it."""

    started: bool
    """False where it was there already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionVersion:
    """A registered version of a definition."""

    namespace: str
    definition: JsonObject = field(repr=False)
    """Its ProtoJSON."""
    version: int
    """Counts from 1 within the name."""
    latest: bool
    """Whether ``start`` without a version takes this one."""
    digest: str
    """SHA-256 of the canonical JSON, in hexadecimal."""
    registered_at: datetime | None
    created: bool
    """False where the same content was registered already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """What a heartbeat learns."""

    cancelled: bool
    """The saga no longer wants the work: stop."""
