"""Short names of the orchestrator's enums."""

from __future__ import annotations

from typing import Any

from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper


def short_name(enum: EnumTypeWrapper, number: int) -> Any:
    """An enum's value by its short name: "COMPLETED" for SAGA_STATUS_COMPLETED; None where it is unspecified."""
    if number == 0:
        return None
    if number not in enum.values():
        # A value that is newer than this SDK shows as its number.
        return str(number)
    return enum.Name(number).removeprefix(enum.Name(0).removesuffix("UNSPECIFIED"))
