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
    groups = project["dependency-groups"]
    for lock, declared in (("dev", project["project"]["dependencies"] + groups["dev"]), ("fuzz", groups["fuzz"])):
        assert {name(one) for one in declared} <= set(locked(ROOT / "requirements" / f"{lock}.txt"))


def test_what_builds_the_package_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert {name(one) for one in project["build-system"]["requires"]} <= set(
        locked(ROOT / "requirements" / "build.txt")
    )


def test_locks_that_share_an_environment_agree():
    dev, *others = (locked(ROOT / "requirements" / f"{one}.txt") for one in ("dev", "build", "fuzz"))
    assert all(other[one] == dev[one] for other in others for one in other.keys() & dev.keys())
