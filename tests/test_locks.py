"""What is installed is what was locked: every dependency, by hash, from no named host."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = sorted([*ROOT.glob("requirements/*.txt"), *ROOT.glob("src/backtalk/lab/locks/*.txt")])


def name(requirement: str) -> str:
    return re.match(r"[A-Za-z0-9._-]+", requirement)[0].lower().replace("_", "-").replace(".", "-")


def locked(file: Path) -> dict[str, str]:
    """Each locked requirement with all that stands after its name."""
    entries = re.split(r"(?m)^(?=[A-Za-z0-9])", file.read_text())[1:]
    return {name(entry): entry for entry in entries}


@pytest.mark.parametrize("file", LOCKS, ids=lambda file: file.stem)
def test_every_line_is_one_version_with_hashes_and_no_host(file):
    entries = locked(file)
    assert entries
    for entry in entries.values():
        assert re.match(r"[A-Za-z0-9._-]+==[^\s;]+", entry), entry
        assert "--hash=sha256:" in entry
    assert "://" not in file.read_text()


def test_every_dependency_that_is_declared_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    declared = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    assert {name(one) for one in declared} <= set(locked(ROOT / "requirements" / "dev.txt"))


def test_what_builds_the_package_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert {name(one) for one in project["build-system"]["requires"]} <= set(
        locked(ROOT / "requirements" / "build.txt")
    )


def test_two_locks_that_share_an_environment_agree():
    build, dev = (locked(ROOT / "requirements" / f"{one}.txt") for one in ("build", "dev"))
    assert all(build[one] == dev[one] for one in build.keys() & dev.keys())
