"""When and how soon a call is repeated. Every request is idempotent, by nature or by its request id."""

from __future__ import annotations

import random

import grpc

from backstitch.errors import error_detail, error_of

ATTEMPTS = 5
FIRST_PAUSE_SECONDS = 0.1

BROKEN_CONNECTION = {
    grpc.StatusCode.ABORTED,
    grpc.StatusCode.CANCELLED,
    grpc.StatusCode.INTERNAL,
    grpc.StatusCode.UNKNOWN,
}
"""What a connection that breaks looks like, depending on the moment. The server's own errors all carry a detail."""


def is_transient(error: grpc.RpcError) -> bool:
    """Whether the same call may well succeed if it is made again."""
    status = error.code()
    if status is grpc.StatusCode.UNAVAILABLE:
        return True
    return status in BROKEN_CONNECTION and error_detail(error) is None


def pause_or_raise(error: grpc.RpcError, failed: int) -> float:
    """The seconds before the next attempt, after ``failed`` failed ones before this; raises if there should be none."""
    if failed + 1 >= ATTEMPTS or not is_transient(error):
        raise error_of(error) from error
    return random.uniform(0, FIRST_PAUSE_SECONDS * 2**failed)


def pause_to_resume(error: grpc.RpcError, failed: int) -> float:
    """As ``pause_or_raise`` for a stream that had been open: transient failures do not end it."""
    return pause_or_raise(error, min(failed, ATTEMPTS - 2))
