"""Backtalk as its users run it: by its commands, on real browsers and on a recorded case."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from backtalk.pipeline import plans

RECORDED = Path(__file__).parent / "data" / "case"
CLI = (sys.executable, "-m", "backtalk")

Run = Callable[..., subprocess.CompletedProcess[str]]


def run_backtalk(*arguments: object, timeout: float = 120, **options: object) -> subprocess.CompletedProcess[str]:
    """One command to its end, with what it printed."""
    return subprocess.run(
        [*CLI, *map(str, arguments)], capture_output=True, text=True, timeout=timeout, check=False, **options
    )


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """A copy of the recorded case, to do with as one likes."""
    return Path(shutil.copytree(RECORDED, tmp_path / "case"))


@pytest.fixture(scope="session")
def analysed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The recorded case, analysed and reported: not to be changed."""
    case = Path(shutil.copytree(RECORDED, tmp_path_factory.mktemp("analysed") / "case"))
    assert run_backtalk("analyze", case).returncode == 11
    assert run_backtalk("report", case).returncode == 0
    return case


def alone(command: str, *mounts: str, timeout: float = 200) -> subprocess.CompletedProcess[str]:
    """A command line in a mount namespace of its own, after the mounts; a user needs one of users as well."""
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    return subprocess.run(
        ["unshare", *user, "--mount", "--propagation", "private", "sh", "-ec", " && ".join([*mounts, command])],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def write_plan(path: Path, subjects: Sequence[str], conditions: Sequence[str], repeats: int) -> Path:
    """A plan whose seed is fixed, so that a failure can be looked at again."""
    path.write_bytes(plans.starting_plan(path.stem, 77, repeats=repeats, conditions=conditions, subjects=subjects))
    return path


def descendants(pid: int) -> set[int]:
    """The process and all below it, as the kernel has them now."""
    found, waiting = set(), [pid]
    while waiting:
        one = waiting.pop()
        found.add(one)
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                waiting += [int(word) for word in task.read_text().split() if int(word) not in found]
            except OSError:
                continue
    return found


def network_namespaces(pids: set[int]) -> set[str]:
    """The network namespaces of these processes."""
    found = set()
    for pid in pids:
        try:
            found.add(str(Path(f"/proc/{pid}/ns/net").readlink()))
        except OSError:
            continue
    return found
