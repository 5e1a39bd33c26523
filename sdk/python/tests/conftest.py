"""What tests share: the marker of features, and what the harness gives by way of the environment."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

# gRPC reads it when it is imported. Connections that break are what many tests are about.
os.environ.setdefault("GRPC_VERBOSITY", "ERROR")

pytest_plugins = ["served"]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "feature(id): the test proves this feature of an SDK")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Notes the features that a test proves; they come into the JUnit XML as its properties ``feature``."""
    for item in items:
        for marker in item.iter_markers("feature"):
            item.user_properties.append(("feature", marker.args[0]))


@pytest.fixture(scope="session")
def given() -> Callable[[str], str]:
    """Reads a variable such as ``BACKSTITCH_ADDRESS``. Without it the test fails on CI, and is skipped elsewhere."""

    def read(name: str) -> str:
        value = os.environ.get(name, "")
        if value == "":
            missing = f"needs the environment variable {name}"
            if os.environ.get("CI"):
                pytest.fail(missing, pytrace=False)
            pytest.skip(missing)
        return value

    return read
