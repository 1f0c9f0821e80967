"""Whether anything is behind the escapes of a text: all of them are undone at once, and the result is looked at.

Texts are full of escapes that hide nothing. Opening value by value, as a sighting is
told, takes far longer than undoing every escape of a kind in one go, which shows where
opening is worth it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from backtalk.decode.budget import Budget, Meter
from backtalk.decode.codec import Buffer, Respelling, Substitution
from backtalk.decode.codecs import CODECS
from backtalk.decode.codecs.form import PADDED
from backtalk.decode.native.escapes import ENTITIES, FORM, PERCENT, SCRIPT, Undone, around
from backtalk.decode.native.spans import merged
from backtalk.decode.native.text import is_noise
from backtalk.decode.scanner import LOCATIONS, Scanner
from backtalk.model.decoding import Span


class Read(Protocol):
    """A buffer, with what the scan said of it."""

    @property
    def buffer(self) -> Buffer:
        """The bytes."""

    @property
    def needles(self) -> Sequence[int]:
        """The needles that were seen."""

    @property
    def kinds(self) -> frozenset[str]:
        """The codecs whose patterns were seen."""


class Reader(Protocol):
    """What reads buffers within a budget."""

    budget: Budget
    meter: Meter
    scanner: Scanner

    def content(self, data: bytes) -> Read:
        """What is known of a buffer."""

    def opens(self, token: bytes) -> bool:
        """Whether there is something in a token."""


KINDS = (("escapes", SCRIPT), ("percent", PERCENT), ("entities", ENTITIES), ("form", FORM))
"""Which escapes are undone; `form` is the plus signs, which matter to needles with spaces."""
ESCAPES = frozenset(name for name, _ in KINDS)
FAMILIAR = frozenset(
    codec.ID
    for codec in CODECS
    if (codec.TOKEN and not isinstance(codec, Respelling)) or (isinstance(codec, Substitution) and codec.SWEPT)
)
"""Codecs whose pattern tells nothing new when it shows: their tokens and escapes are looked at one by one."""
FEW, MUCH = 16, 4096
"""Fields of a form, and its bytes, up to and from which on its values are opened at once: they are large."""
LONG = 64
"""Letters of a token from which on it is opened without a trial."""


def worth(graph: Reader, content: Read, depth: int = 0) -> list[Span] | None:
    """Where undoing escapes shows a needle or a token that were not seen before; None: perhaps anywhere."""
    data, kinds = content.buffer.data, content.kinds
    if ESCAPES.isdisjoint(kinds):
        return []
    if len(data) >= MUCH and "form" in kinds and b"=" in data[:LONG] and data.count(b"&", 0, MUCH) < FEW:
        return None
    if content.buffer.seen is None or PADDED in content.buffer.seen:
        return None
    spans: list[Span] = []
    for name, kind in KINDS:
        if name not in kinds or (kind == FORM and not graph.scanner.spaced):
            continue
        undone = around(data, kind, graph.scanner.reach)
        if undone is None or undone.data == data:
            continue
        if depth >= graph.budget.depth or not graph.meter.spend(1, len(undone.data)):
            return None
        shown = _shown(graph, content, undone, depth)
        if shown is None:
            return None
        spans += undone.origins(shown)
    return merged(spans)


def _shown(graph: Reader, content: Read, undone: Undone, depth: int) -> list[Span] | None:
    """What the text without its escapes shows."""
    read = graph.content(undone.data)
    if not read.buffer.text or read.kinds - content.kinds - FAMILIAR:
        return None
    spans: list[Span] = []
    for needle in read.needles:
        places = graph.scanner.locate(read.buffer, needle)
        if len(places) >= LOCATIONS:
            return None
        spans += places
    for kind in read.buffer.runs.kinds:
        for span in getattr(read.buffer.runs, kind):
            if undone.touched(*span) and _opens(graph, undone.data[slice(*span)]):
                spans.append(span)
    deeper = worth(graph, read, depth + 1)
    return None if deeper is None else merged([*spans, *deeper])


def _opens(graph: Reader, token: bytes) -> bool:
    """Whether a run of letters is worth a look."""
    return len(token) >= LONG or is_noise(token) or graph.opens(token)
