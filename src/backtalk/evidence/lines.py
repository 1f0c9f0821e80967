"""Journals of JSON lines: each line lasting once written, all whole lines readable."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from backtalk.evidence.storage import append_whole
from backtalk.model.capture import Gap

T = TypeVar("T")


def append_line(path: Path, record: msgspec.Struct) -> None:
    """Add one record as a line, fsynced, wholly or not at all. StorageFailed."""
    append_whole(path, msgspec.json.encode(record) + b"\n")


def read_lines(path: Path, kind: type[T], name: str) -> tuple[tuple[T, ...], tuple[Gap, ...]]:
    """All lines that are a `kind`, in order, and what the rest was, under the source `name`.

    A last line cut short is Gap `truncated`; any other line that cannot be read is
    counted as `damaged`. A file that is not there holds nothing. OSError.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return (), ()
    decoder = msgspec.json.Decoder(kind)
    *lines, tail = data.split(b"\n")
    records: list[T] = []
    damaged = 0
    for line in lines:
        try:
            records.append(decoder.decode(line))
        except (ValueError, RecursionError):
            damaged += 1
    gaps = []
    if damaged:
        gaps.append(Gap(kind="damaged", count=damaged, source=name, detail="lines that cannot be read"))
    if tail:
        try:
            records.append(decoder.decode(tail))
        except (ValueError, RecursionError):
            gaps.append(Gap(kind="truncated", count=1, source=name, detail=f"half a last line of {len(tail)} bytes"))
    return tuple(records), tuple(gaps)
