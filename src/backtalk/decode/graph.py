"""Undoing packaging level by level: which buffers are inside which, each decoded and scanned once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cached_property, lru_cache

from msgspec import Struct

from backtalk.decode.budget import Budget, Meter
from backtalk.decode.codec import Buffer, Codec, Layer, Respelling, Structure
from backtalk.decode.codecs import CODECS
from backtalk.decode.naming import Namer
from backtalk.decode.reading import READABLE
from backtalk.decode.scanner import Scanner
from backtalk.decode.spans import gaps
from backtalk.model.decoding import Opaque, Span

PATTERNS: tuple[str, ...] = tuple(pattern for codec in CODECS for pattern in codec.PATTERNS)
FORMS: tuple[Respelling, ...] = tuple(codec for codec in CODECS if isinstance(codec, Respelling))
OWNERS: tuple[str, ...] = (
    *(codec.ID for codec in CODECS for _ in codec.PATTERNS),
    *(codec.ID for codec in FORMS),
)
"""The codec that each of PATTERNS, and after them each of FORMS, belongs to."""


class Content:
    """One distinct buffer: what the scan said of it, and its layers once it was opened."""

    @cached_property
    def namer(self) -> Namer:
        return Namer(self.buffer.data)

    def __init__(self, data: bytes, scanner: Scanner) -> None:
        self.buffer = Buffer(data)
        self.needles, patterns = scanner.scan(data)
        self.patterns = tuple(patterns)
        self.layers: list[tuple[Codec, Layer]] | None = None
        self.broken: list[Opaque] = []


class Edge(Struct, frozen=True):
    """One layer of a place, and the place that its inside makes."""

    codec: Codec
    layer: Layer
    child: Place


class Place:
    """A content at one depth. Edges lead only to the next depth, so paths end and there are no cycles."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.edges: list[Edge] = []

    @property
    def buffer(self) -> Buffer:
        return self.content.buffer


class Graph:
    """Everything that a budget lets undo of one buffer; `levels[0]` holds the buffer itself.

    `every` also opens values of structures that are written plainly, which a search
    need not: it reads them where they stand.
    """

    def __init__(self, data: bytes, scanner: Scanner, budget: Budget, *, every: bool = False) -> None:
        self.meter = Meter(budget)
        self._scanner = scanner
        self._every = every
        self._contents: dict[bytes, Content] = {}
        self.levels: list[list[Place]] = [[Place(self._content(data))]]
        while self.levels[-1] and len(self.levels) <= budget.depth:
            self.levels.append(self._deeper(self.levels[-1]))
        if any(True for place in self.levels[-1] for _ in self._open(place.content)):
            self.meter.cut = True

    @property
    def root(self) -> Place:
        return self.levels[0][0]

    def _deeper(self, level: list[Place]) -> list[Place]:
        below: dict[int, Place] = {}
        for place in level:
            for codec, layer in self._open(place.content):
                content = self._content(layer.data)
                if content is place.content or not self.meter.spend(1, 0):
                    continue
                child = below.setdefault(id(content), Place(content))
                place.edges.append(Edge(codec, layer, child))
        return list(below.values())

    def _content(self, data: bytes) -> Content:
        digest = hashlib.blake2b(data, digest_size=20).digest()
        if digest not in self._contents:
            self._contents[digest] = Content(data, self._scanner)
        return self._contents[digest]

    def _open(self, content: Content) -> list[tuple[Codec, Layer]]:
        if content.layers is None:
            content.layers = []
            for codec, found in self._found(content):
                if isinstance(found, Opaque):
                    content.broken.append(found)
                elif found.data:
                    if not self.meter.spend(0, len(found.data)):
                        break
                    content.layers.append((codec, found))
        return content.layers

    def _found(self, content: Content) -> Iterator[tuple[Codec, Layer | Opaque]]:
        """What each codec sees, in the order of their claims; words in base64 and hex claim nothing."""
        buffer = content.buffer
        length = len(buffer.data)
        readable: list[Span] = []
        if not buffer.text:
            readable = [match.span() for match in READABLE.finditer(buffer.data)]
        taken: list[Span] = []
        free: list[Span] = [(0, length)] if length else []
        for codec in _worth_trying(content.patterns, buffer.text, self._every):
            within = free if buffer.text or not codec.TEXT else _common(free, readable)
            if not within:
                continue
            if self._every and isinstance(codec, Structure):
                layers: Iterator[Layer | Opaque] = codec.every(buffer, within)
            elif isinstance(codec, Respelling):
                layers = codec.around(buffer, within, self._scanner.forms(buffer, codec))
            else:
                layers = codec.layers(buffer, within, self.meter)
            count = len(taken)
            for found in layers:
                yield codec, found
                if isinstance(found, Layer) and not codec.TOKEN:
                    taken.append(found.span)
            if len(taken) > count:
                free = list(gaps(length, taken))


@lru_cache(maxsize=4096)
def _worth_trying(patterns: tuple[int, ...], text: bool, every: bool) -> tuple[Codec, ...]:
    """The codecs whose patterns a buffer holds, and on binary ones the probes; for a tree, structures in any text."""
    seen = {OWNERS[pattern] for pattern in patterns}
    return tuple(
        codec
        for codec in CODECS
        if codec.ID in seen
        or (not codec.PATTERNS and not text and not isinstance(codec, Respelling))
        or (every and text and isinstance(codec, Structure))
    )


def _common(left: list[Span], right: list[Span]) -> list[Span]:
    """The bytes that lie in both lists of ordered ranges."""
    found: list[Span] = []
    a = b = 0
    while a < len(left) and b < len(right):
        start, end = max(left[a][0], right[b][0]), min(left[a][1], right[b][1])
        if start < end:
            found.append((start, end))
        if left[a][1] <= right[b][1]:
            a += 1
        else:
            b += 1
    return found
