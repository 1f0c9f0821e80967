"""What is really in a folder, told without following or opening anything."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from msgspec import Struct

DISPOSABLE = frozenset({"derived", "report"})
"""Top folders of a case that are not evidence."""


class Inventory(Struct, frozen=True):
    """Regular files, and all else that is no folder with what it is, by path relative to the case."""

    files: frozenset[str]
    others: dict[str, str]


def take_inventory(case: Path, under: str = "") -> Inventory:
    """List all below `case/under`, the disposable folders left out. Folders that cannot be listed are `others`."""
    files: set[str] = set()
    others: dict[str, str] = {}
    waiting = [under]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(case / folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as failure:
            others[folder or "."] = f"cannot be listed: {failure.strerror}"
            continue
        for entry in found:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if path in DISPOSABLE:
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(path)
            elif entry.is_file(follow_symlinks=False):
                files.add(path)
            else:
                others[path] = f"is {_kind(entry)}, not a file"
    return Inventory(frozenset(files), others)


def _kind(entry: os.DirEntry[str]) -> str:
    mode = entry.stat(follow_symlinks=False).st_mode
    kinds = ((stat.S_ISLNK, "a symlink"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))
    return next((name for test, name in kinds if test(mode)), "a device")
