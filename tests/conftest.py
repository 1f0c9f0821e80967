"""What holds for every test: no network, unless the test is a lab's own."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

# Two workers and two labs share the machine: time tells nothing here. What CI decides must not depend on the draw.
settings.register_profile(
    "backtalk", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=bool(os.environ.get("CI"))
)
settings.load_profile("backtalk")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let sockets be used where a sealed lab is built, and skip those tests where none can be.

    A skipped lab test would be taken for a passed one in CI, so there they run and fail.
    """
    labs = [item for item in items if item.get_closest_marker("lab") or item.get_closest_marker("browser")]
    for item in labs:
        item.add_marker(pytest.mark.enable_socket)
    if labs and not os.environ.get("CI") and (lacking := _lacking()):
        for item in labs:
            item.add_marker(pytest.mark.skip(reason=f"no lab here: {lacking}"))


def _lacking() -> str:
    from backtalk.lab.doctor import examine

    diagnosis = examine()
    return "" if diagnosis.ready else ", ".join(check.name for check in diagnosis.checks if not check.ready)
