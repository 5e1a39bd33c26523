"""The services' clock."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path


def now() -> datetime:
    """The time; where SHOP_CLOCK names a file, ahead of the machine's by the milliseconds that stand in it.

    A development server's clock can be moved; so its shop must be able to follow.
    """
    file = os.environ.get("SHOP_CLOCK")
    ahead = float(Path(file).read_text() or 0) if file else 0
    return datetime.now(UTC) + timedelta(milliseconds=ahead)
