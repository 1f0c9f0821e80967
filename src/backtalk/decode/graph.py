"""Undoing packaging level by level: which buffers are inside which, each decoded and scanned once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from backtalk.decode.budget import Budget, Meter
from backtalk.decode.codec import Buffer, Codec, Layer, Structure
from backtalk.decode.codecs import CODECS
from backtalk.decode.naming import Namer
from backtalk.decode.reading import READABLE
from backtalk.decode.scanner import Scanner
from backtalk.decode.spans import gaps
from backtalk.model.decoding import Opaque, Span

PATTERNS: tuple[str, ...] = tuple(pattern for codec in CODECS for pattern in codec.PATTERNS)
OWNERS: tuple[str, ...] = tuple(codec.ID for codec in CODECS for _ in codec.PATTERNS)
"""The codec that each of PATTERNS belongs to."""


class Content:
    """One distinct buffer: what the scan said of it, and its layers once it was opened."""

    @cached_property
    def namer(self) -> Namer:
        return Namer(self.buffer.data)

    def __init__(self, data: bytes, scanner: Scanner) -> None:
        self.buffer = Buffer(data)
        self.needles, patterns = scanner.scan(data)
        self.codecs = frozenset(OWNERS[pattern] for pattern in patterns)
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
        taken: list[Span] = []
        length = len(buffer.data)
        readable: list[Span] | None = [(0, length)] if buffer.text else None
        for codec in CODECS:
            if not self._tried(codec, content):
                continue
            free = list(gaps(length, taken))
            if codec.TEXT and not buffer.text:
                if readable is None:
                    readable = [match.span() for match in READABLE.finditer(buffer.data)]
                free = _common(free, readable)
            if not free:
                continue
            if self._every and isinstance(codec, Structure):
                layers: Iterator[Layer | Opaque] = codec.every(buffer, free)
            else:
                layers = codec.layers(buffer, free, self.meter)
            for found in layers:
                yield codec, found
                if isinstance(found, Layer) and not codec.TOKEN:
                    taken.append(found.span)

    def _tried(self, codec: Codec, content: Content) -> bool:
        if self._every and isinstance(codec, Structure):
            return content.buffer.text or codec.ID in content.codecs
        return codec.ID in content.codecs or (
            not codec.PATTERNS and bool(content.buffer.data) and not content.buffer.text
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
