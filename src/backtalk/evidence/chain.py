"""The lines of custody.jsonl: each names the hash of the one before, and has one form only."""

from __future__ import annotations

import hashlib
import json

import msgspec
from msgspec import Struct

from backtalk.evidence.storage import FileHash

START = "0" * 64
"""What the first line names as the one before it."""


class Payload(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an entry adds.

    `about` is the path, relative to the case, that the entry is about; `files` the hash of
    every file added, by path; `torn` the hex of a half-written line that this one replaces.
    """

    about: str = ""
    files: dict[str, FileHash] = {}
    note: str = ""
    torn: str = ""


class Entry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One addition to the case. `when` is UTC, ISO 8601; `version` is Backtalk's own."""

    seq: int
    prev: str
    action: str
    version: str
    when: str
    payload: Payload
    hash: str = ""

    def sealed(self) -> Entry:
        """The entry with its own hash: SHA-256 of its canonical form without one."""
        bare = msgspec.to_builtins(self)
        del bare["hash"]
        return msgspec.structs.replace(self, hash=hashlib.sha256(_canonical(bare)).hexdigest())

    def line(self) -> bytes:
        """The entry as it stands in the file."""
        return _canonical(msgspec.to_builtins(self)) + b"\n"


class Chain(Struct, frozen=True, kw_only=True):
    """What a chain's bytes say: the entries that are whole and true to their own hash, and all faults.

    `torn` is a last line without its end; `size` is that of the whole lines, in bytes.
    """

    entries: tuple[Entry, ...]
    faults: tuple[str, ...]
    torn: bytes
    size: int

    @property
    def head(self) -> str:
        """The hash of the last entry, which stands for the whole chain."""
        return self.entries[-1].hash if self.entries else START


def read_chain(data: bytes) -> Chain:
    """Read a chain, whatever its bytes; never raises."""
    *lines, torn = data.split(b"\n")
    entries: list[Entry] = []
    faults: list[str] = []
    prev: str | None = START
    seq: int | None = 0
    for number, line in enumerate(lines, 1):
        entry = _entry(line)
        if entry is None:
            faults.append(f"line {number} is not a custody entry in its one canonical form")
            prev = seq = None
            continue
        if entry.sealed().hash != entry.hash:
            faults.append(f"line {number} does not have the hash that it states")
        else:
            entries.append(entry)
        if prev not in {None, entry.prev}:
            faults.append(f"line {number} does not follow the line before it")
        elif seq not in {None, entry.seq}:
            faults.append(f"line {number} says that it is entry {entry.seq}")
        prev, seq = entry.hash, entry.seq + 1
    if not data:
        faults.append("is empty")
    return Chain(entries=tuple(entries), faults=tuple(faults), torn=torn, size=len(data) - len(torn))


def _entry(line: bytes) -> Entry | None:
    try:
        entry = msgspec.convert(json.loads(line), Entry)
    except (ValueError, RecursionError):
        return None
    return entry if entry.line() == line + b"\n" else None


def _canonical(value: object) -> bytes:
    """Sorted keys, no spaces, ASCII; file names that are no UTF-8 keep their bytes as lone surrogates."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")
