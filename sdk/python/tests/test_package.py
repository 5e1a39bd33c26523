"""What is packed besides the code."""

from __future__ import annotations

from pathlib import Path

PROJECT = Path(__file__).parents[1]


def test_the_licence_of_the_package_is_the_repositorys() -> None:
    assert (PROJECT / "LICENSE").read_text() == (PROJECT.parents[1] / "LICENSE").read_text()
