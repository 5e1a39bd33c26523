"""Participants and a client for Backstitch sagas."""

from backstitch.answers import Pending, Rejected, RetryAfter
from backstitch.barrier import Barrier
from backstitch.barrier_async import AsyncBarrier
from backstitch.barrier_postgres import postgres_barrier
from backstitch.barrier_postgres_async import async_postgres_barrier
from backstitch.barrier_sqlalchemy import sqlalchemy_barrier, sqlalchemy_session_barrier
from backstitch.barrier_sqlite import sqlite_barrier
from backstitch.client import AsyncClient, Client
from backstitch.context import DoContext, UndoContext
from backstitch.definition import SagaBuilder, saga
from backstitch.definition_options import GoBack, Lock, Retry, Undo
from backstitch.duration import Duration
from backstitch.errors import BackstitchError, Fault
from backstitch.participant import Action, Participant
from backstitch.saga_state import (
    DefinitionVersion,
    Failure,
    Heartbeat,
    KeptSignal,
    ParentSaga,
    Saga,
    SagaLock,
    SagaStatus,
    SagaStep,
    StartedSaga,
    StepItem,
    StepStatus,
    Suspension,
    WaitReason,
)
from backstitch.server import Address, AsyncServer, ParticipantTls
from backstitch.server_blocking import Server
from backstitch.transport import ClientTls

__all__ = [
    "Action",
    "Address",
    "AsyncBarrier",
    "AsyncClient",
    "AsyncServer",
    "BackstitchError",
    "Barrier",
    "Client",
    "ClientTls",
    "DefinitionVersion",
    "DoContext",
    "Duration",
    "Failure",
    "Fault",
    "GoBack",
    "Heartbeat",
    "KeptSignal",
    "Lock",
    "ParentSaga",
    "Participant",
    "ParticipantTls",
    "Pending",
    "Rejected",
    "Retry",
    "RetryAfter",
    "Saga",
    "SagaBuilder",
    "SagaLock",
    "SagaStatus",
    "SagaStep",
    "Server",
    "StartedSaga",
    "StepItem",
    "StepStatus",
    "Suspension",
    "Undo",
    "UndoContext",
    "WaitReason",
    "async_postgres_barrier",
    "postgres_barrier",
    "saga",
    "sqlalchemy_barrier",
    "sqlalchemy_session_barrier",
    "sqlite_barrier",
]
