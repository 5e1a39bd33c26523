"""Commands and contexts without an orchestrator."""

from __future__ import annotations

from itertools import count
from math import inf
from typing import Any

from backstitch import UndoContext
from backstitch.cancellation import Cancellation
from backstitch.context import Command
from backstitch.gen.v1.participant_service_pb2 import CommandContext

_effects = count(1)


def new_context(effect_id: str | None = None, *, deadline: float = inf, **fields: Any) -> UndoContext:
    """The context of a call, by default for an effect of its own; ``deadline`` in seconds since the epoch."""
    saga_id = f"saga-{next(_effects)}"
    effect_id = f"{saga_id}/charge" if effect_id is None else effect_id
    context = CommandContext(saga_id=saga_id, action="charge", effect_id=effect_id, idempotency_key=effect_id, **fields)
    command = Command("do", context, None, None, None, deadline)
    return UndoContext(command, Cancellation(deadline))
