"""The worker beside a running mitmproxy, and the addon that starts it."""

from __future__ import annotations

import io
import os
import struct
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import BinaryIO

import msgspec
from msgspec import Struct
from rich.console import Console
from rich.style import Style
from rich.text import Text

from backtalk.decode import tree
from backtalk.model.canary import Canary
from backtalk.model.capture import OUTGOING, Exchange, Part, PartName
from backtalk.pipeline.scan import Opaque, Search, Sighted, canaries
from backtalk.report import tree as drawing
from backtalk.report.text import count, shown

HEAD = struct.Struct(">II")
"""Lengths of a frame's JSON and of the bytes after it."""
COLUMNS = 100
ADDON = "live_addon.py"
MOST_PLACES, MOST_TOLD = 10_000, 12
"""Recipients, parts and reasons that are told apart where something is unread, and that are told at the end."""
OTHERS = ("others", "parts", "several reasons")
FIRST_LINE = "# Written by `backtalk addon`: what it looks for is below, in SETTINGS.\n"
STYLES = {
    drawing.CODEC: "header",
    drawing.PARAM: "highlight",
    drawing.PLACE: "offset",
    drawing.WORDS: "text",
    drawing.UNREAD: "error",
    f"bold {drawing.UNREAD}": "error",
}
"""mitmproxy's names for the tree's styles."""
NAMES = {str(Style.parse(ours)): theirs for ours, theirs in STYLES.items()}
PAINTER = Console(file=io.StringIO(), width=COLUMNS, color_system="standard", force_terminal=True)


class Task(Struct, frozen=True, kw_only=True):
    """What the addon asks: to search the parts of a message, or to draw one buffer's tree."""

    id: int
    do: str = ""
    exchange: int = 0
    first: bool = False
    """Whether it is the first message of its exchange."""
    host: str = ""
    parts: tuple[tuple[PartName, int, bool], ...] = ()
    canaries: tuple[str, ...] = ()
    decoys: tuple[str, ...] = ()


class Answer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the addon is told; every string in it can be printed as it is."""

    id: int
    sightings: tuple[str, ...] = ()
    mark: str = ""
    lines: tuple[tuple[tuple[str, str], ...], ...] = ()
    coverage: str = ""
    unread: tuple[str, ...] = ()
    failed: str = ""


def addon(sought: Sequence[Canary]) -> str:
    """The addon's text, complete: it runs in mitmproxy's Python and starts its worker in this one."""
    settings = {
        "worker": [sys.executable, "-P", "-m", "backtalk", "addon", "--serve"],
        # Where Backtalk is run from its source, the worker has to find it there too.
        "environment": {"PYTHONPATH": path} if (path := os.environ.get("PYTHONPATH")) else {},
        "canaries": [one.value for one in sought if not one.decoy],
        "decoys": [one.value for one in sought if one.decoy],
    }
    text = (files(__package__) / ADDON).read_text(encoding="utf-8")
    return FIRST_LINE + text.replace("SETTINGS: dict[str, Any] = {}", f"SETTINGS: dict[str, Any] = {settings!a}", 1)


class Worker:
    """Answers the addon's tasks, one after the other."""

    def __init__(self) -> None:
        self._search: Search | None = None
        self._exchanges = self._read = self._opaque = self._sighted = 0
        self._unread: Counter[tuple[str, str, str]] = Counter()

    def answer(self, task: Task, data: bytes) -> Answer:
        """What is to be said of one task; whatever is in the bytes, something is."""
        try:
            if task.do == "search" and self._search is not None:
                return self._searched(self._search, task, data)
            if task.do == "end":
                return Answer(id=task.id, unread=tuple(self._left()))
            if task.do == "tree":
                return Answer(id=task.id, lines=tuple(map(_styled, _tree(data))))
            if task.canaries or task.decoys:
                self._search = Search(canaries(task.canaries, task.decoys), None)
        except Exception as fault:  # noqa: BLE001 -- a fault in one message must not end the watch; it is told and counted
            return Answer(id=task.id, failed=shown(repr(fault), 200))
        return Answer(id=task.id)

    def _searched(self, search: Search, task: Task, data: bytes) -> Answer:
        parts: list[Part] = []
        at = 0
        for name, size, complete in task.parts:
            parts.append(Part(name=name, data=data[at : at + size], complete=complete))
            at += size
        exchange = Exchange(index=task.exchange, kind="http", source="", host=task.host, parts=tuple(parts))
        found = search((exchange,))
        seen = [line for line in found.lines if isinstance(line, Sighted)]
        self._exchanges += task.first
        self._read += found.read
        self._opaque += found.opaque
        self._sighted += len(seen)
        for line in found.lines:
            if isinstance(line, Opaque):
                place = (task.host, line.part or "", line.reason)
                self._unread[place if place in self._unread or len(self._unread) < MOST_PLACES else OTHERS] += 1
        return Answer(
            id=task.id,
            sightings=tuple(dict.fromkeys(map(words, seen))),
            mark="canary" if any(not one.decoy for one in seen) else "decoy" if seen else "",
            coverage=self._coverage(),
        )

    def _left(self) -> Iterator[str]:
        """What could not be read, by recipient, part and reason: the most frequent."""
        told = self._unread.most_common(MOST_TOLD)
        for (host, part, reason), times in told:
            yield shown(f"{count(times, 'time')} {part} to {host}: {reason}")
        if rest := self._unread.total() - sum(times for _, times in told):
            yield f"{count(rest, 'time')} elsewhere"

    def _coverage(self) -> str:
        sighted = count(self._sighted, "sighting") if self._sighted else "No sighting"
        return (
            f"{sighted} in {count(self._exchanges, 'exchange')}; "
            f"of what left, {self._read:,} bytes were read and {self._opaque:,} were not."
        )


def words(one: Sighted) -> str:
    """A sighting in a line, in the order and the words of `backtalk scan`."""
    canary = f"{one.canary} (decoy)" if one.decoy else one.canary
    through = " > ".join(step.codec for step in one.steps) or "plain"
    way = "to" if one.part in OUTGOING else "from"
    return shown(f"{canary}  {one.match}  {way} {one.host}  #{one.exchange} {one.part}  {through}")


def _tree(data: bytes) -> list[Text]:
    console = Console(file=io.StringIO(), width=COLUMNS, highlight=False, markup=False, emoji=False)
    # A string buffer has no encoding, for which Rich takes UTF-8.
    return list(drawing.tree_lines(tree(data), console))


def _styled(line: Text) -> tuple[tuple[str, str], ...]:
    """A line in mitmproxy's styles."""
    return tuple((NAMES.get(str(part.style), "text"), part.text) for part in line.render(PAINTER) if part.text)


def serve(asked: BinaryIO, answers: BinaryIO) -> None:
    """Answer every task until there are no more, or nobody listens."""
    worker = Worker()
    while len(head := asked.read(HEAD.size)) == HEAD.size:
        length, size = HEAD.unpack(head)
        task = msgspec.json.decode(asked.read(length), type=Task)
        said = msgspec.json.encode(worker.answer(task, asked.read(size)))
        try:
            answers.write(HEAD.pack(len(said), 0) + said)
            answers.flush()
        except BrokenPipeError:
            return
