"""Logs as JSON lines on standard error."""

from __future__ import annotations

import json
import logging
import sys

_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message"}


def log_to_stderr(name: str) -> None:
    """Has every logger write there, under the service's name."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonFormatter(name))
    logging.basicConfig(level=logging.INFO, handlers=[handler])


class _JsonFormatter(logging.Formatter):
    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        line = {"level": record.levelname.lower(), "time": int(record.created * 1000), "name": self._service}
        line |= {key: value for key, value in vars(record).items() if key not in _USUAL}
        line["msg"] = record.getMessage()
        if record.exc_info:
            line["err"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)
