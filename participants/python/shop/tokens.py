"""Completion tokens of work that a service answered with ``Pending``. Every service has the table."""

from __future__ import annotations

TOKENS_SCHEMA = """
    CREATE TABLE IF NOT EXISTS completion_tokens (
      effect_id TEXT PRIMARY KEY,
      saga_id   TEXT NOT NULL,
      step      TEXT NOT NULL,
      token     TEXT NOT NULL
    );"""
