"""Android's bug reports as `adb bugreport` writes them: a zip of texts, of which the main one holds the log."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec

from backtalk.errors import UnreadableCapture
from backtalk.ingest.logcat import LONGEST, pieces
from backtalk.ingest.reader import Given, Item, Reader, numbered, shown
from backtalk.model.capture import Gap, Part
from backtalk.model.decoding import Step

_BEGINNING = re.compile(rb"(?s)PK\x03\x04.{26}(?:version\.txt|main_entry\.txt|dumpstate_|bugreport-)")
ROOM = 2 << 30
"""Bytes of all members together, undone; what is more is told as unread."""


class Bugreport(Reader):
    """Every member as a log is: one exchange a piece of whole lines, with its member and its place as its origin."""

    ID = "bugreport"
    NAME = "Android bug report (zip)"
    REFERENCES = ("https://source.android.com/docs/core/tests/debug/read-bug-reports",)
    LIMITATIONS = (
        "A line in the log did not leave the phone by being there: what is unread of it hides no leak.",
        "One whose directory is cut off is read as any other file.",
        "Of more than 2 GiB of text, the rest is told as unread.",
    )

    def sniff(self, head: bytes) -> bool:
        return _BEGINNING.match(head) is not None

    def read(self, path: Path, given: Given) -> Iterator[Item]:  # noqa: ARG002 -- every reader is asked in the same way
        source = shown(str(path))
        try:
            with zipfile.ZipFile(path) as packed:
                yield from numbered(_members(packed, path.stat().st_size, source))
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise UnreadableCapture(f"{source} is no whole zip: {error}.") from error


def _members(packed: zipfile.ZipFile, size: int, source: str) -> Iterator[Item]:
    left = ROOM
    for member in packed.infolist():
        if member.filename.endswith("/"):  # a name may be empty
            continue
        name = shown(member.filename)
        step = Step(codec="zip", version=1, span=(0, size), params={"name": name})
        try:
            with packed.open(member) as file:
                for piece in pieces(_Bounded(file, left), source):
                    (part,) = piece.parts
                    left -= len(part.data)
                    parts = (Part(name="log.lines", data=part.data, origin=(step, *part.origin)),)
                    yield msgspec.structs.replace(piece, parts=parts)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            RuntimeError,
            NotImplementedError,
            ValueError,
        ) as error:
            yield Gap(kind="damaged", count=1, source=source, detail=f"{name}: {error}")
        if left <= 0:
            detail = f"{name} and what follows: more than {ROOM >> 30} GiB of text"
            yield Gap(kind="unreadable", count=1, source=source, detail=detail)
            return


class _Bounded:
    """At most so many bytes of a file."""

    def __init__(self, file: IO[bytes], left: int) -> None:
        self._file, self._left = file, left

    def read(self, size: int) -> bytes:
        return self._counted(self._file.read(min(size, self._left)))

    def readline(self, size: int = LONGEST) -> bytes:
        return self._counted(self._file.readline(min(size, self._left)))

    def _counted(self, data: bytes) -> bytes:
        self._left -= len(data)
        return data
