"""Android's log: `adb logcat` in its usual forms, and the text of a bug report, which holds it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from backtalk.ingest.reader import Given, Item, Reader, numbered, shown
from backtalk.model.capture import Exchange, Part
from backtalk.model.decoding import Step

LONGEST = 1 << 16
"""Bytes of one piece; it ends with a line, unless a single line is longer."""

_STAMP = rb"(?:(\d{4})-)?(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)\.(\d{3,9})"
_TIMED = re.compile(
    rb"(?m)^" + _STAMP + rb"(?: [+-]\d{4})?[ \t]+(?:\w+[ \t]+)?(?:\d+[ \t]+\d+[ \t]+[VDIWEFS][ \t]|[VDIWEFS]/)"
)
_BRIEF = re.compile(rb"(?m)^[VDIWEFS]/[^\n(]{1,80}\([ \d]{1,7}\): ")
_BEGINNING = re.compile(rb"-{5,} beginning of |={10,}\r?\n== dumpstate: ")
ENOUGH = 3
"""Lines of the log's form that tell a log from text that quotes one."""


class Logcat(Reader):
    """One exchange a piece of whole lines, with its span of the file as its origin."""

    ID = "logcat"
    NAME = "Android log or bug report (text)"
    REFERENCES = (
        "https://developer.android.com/tools/logcat",
        "https://source.android.com/docs/core/tests/debug/read-bug-reports",
    )
    LIMITATIONS = (
        "A line in the log did not leave the phone by being there: what is unread of it hides no leak.",
        "A log names no year unless it was asked to: its times are then not given.",
    )

    def sniff(self, head: bytes) -> bool:
        if _BEGINNING.match(head.lstrip()):
            return True
        return any(sum(1 for _ in form.finditer(head)) >= ENOUGH for form in (_TIMED, _BRIEF)) and b"\0" not in head

    def read(self, path: Path, given: Given) -> Iterator[Item]:  # noqa: ARG002 -- every reader is asked in the same way
        with path.open("rb") as file:
            yield from numbered(pieces(file, shown(str(path))))


class Lines(Protocol):
    """A file, as far as it is needed here."""

    def read(self, size: int, /) -> bytes: ...

    def readline(self, size: int, /) -> bytes: ...


def pieces(file: Lines, source: str) -> Iterator[Exchange]:
    """The text in pieces of whole lines, with where each stands as its origin. They are not numbered yet."""
    at, line = 0, 1
    while data := file.read(LONGEST):
        data += file.readline(LONGEST)
        moment = _moment(data)
        step = Step(codec="slice", version=1, span=(at, at + len(data)), params={"line": line})
        part = Part(name="log.lines", data=data, origin=(step,))
        yield Exchange(index=0, kind="log", source=source, started=moment, ended=moment, parts=(part,))
        at, line = at + len(data), line + data.count(b"\n")


def _moment(data: bytes) -> float:
    """The first line's time as UTC epoch seconds, where it names its year; the phone's zone is not told."""
    stamp = _TIMED.search(data)
    if stamp is None or stamp[1] is None:
        return 0.0
    year, month, day, hour, minute, second = map(int, stamp.groups()[:6])
    try:
        whole = datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()
    except ValueError:
        return 0.0
    return max(whole + float(b"0." + stamp[7]), 0.0)
