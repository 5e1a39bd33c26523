"""What the client fails with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import grpc
from google.protobuf.message import DecodeError
from grpc_status import rpc_status

from backstitch.enum_names import short_name
from backstitch.gen.v1.errors_pb2 import ErrorCode, ErrorDetail


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that a request or a definition breaks."""

    field: str
    """Where: a path such as ``definition.steps[2].call.input.amount``."""
    rule: str
    """The rule's stable name, such as ``unknown_step``."""
    message: str
    """What is wrong and what would be right, for people."""


class BackstitchError(Exception):
    """Every failure of the client."""

    code: str
    """An ErrorCode's name such as ``SAGA_NOT_FOUND``; where the server sent none, the same as ``status``."""
    status: str
    """The gRPC status, such as ``NOT_FOUND``."""
    message: str
    """For people."""
    faults: tuple[Fault, ...]
    """All the faults found in the request."""

    def __init__(self, code: str, status: str, message: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(code, status, message, tuple(faults))
        self.code = code
        self.status = status
        self.message = message
        self.faults = tuple(faults)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


def error_of(error: grpc.RpcError) -> BackstitchError:
    """The error that a failed call stands for."""
    status = error.code().name
    detail = error_detail(error)
    code = None if detail is None else short_name(ErrorCode, detail.code)
    faults = [] if detail is None else [Fault(fault.field, fault.rule, fault.message) for fault in detail.faults]
    return BackstitchError(code or status, status, error.details() or status, faults)


def refused(faults: Sequence[Fault]) -> BackstitchError:
    """The error of a request that breaks rules which are known here, in the words of the server."""
    message = "; ".join(f"{fault.field}: {fault.message}" for fault in faults)
    return BackstitchError("INVALID_REQUEST", "INVALID_ARGUMENT", message, faults)


def error_detail(error: grpc.RpcError) -> ErrorDetail | None:
    """The detail that every error of the server itself carries."""
    try:
        status = rpc_status.from_call(cast("Any", error))
        for packed in () if status is None else status.details:
            detail = ErrorDetail()
            if packed.Unpack(detail):
                return detail
    except (ValueError, DecodeError):
        # Of another error than the one that arrived, or unreadable: something between here and the server made it up.
        return None
    return None
