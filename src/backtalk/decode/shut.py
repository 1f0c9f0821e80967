"""What of a buffer and of all in it stayed unread: listed stretch by stretch, and counted in its own bytes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import overload

from msgspec import Struct

from backtalk.decode.codec import Structure, Substitution
from backtalk.decode.graph import Edge, Graph, Place
from backtalk.decode.merge import step_of
from backtalk.decode.native import runs
from backtalk.decode.native.runs import noise
from backtalk.decode.native.spans import Spans, gaps, union
from backtalk.decode.native.text import is_noise
from backtalk.decode.reading import SHORTEST_UNREAD, unread_stretches
from backtalk.decode.spans import Taken
from backtalk.model.decoding import Opaque, Step

MOST_OPAQUE = 1024
"""Unread stretches listed for one buffer and all that is in it; bytes are counted in full."""
REASONS = (*runs.REASONS, "binary, no codec fits")
BINARY = len(runs.REASONS)


class Unread(Struct, frozen=True):
    """Stretches of one buffer that stayed unread, and for each the index of its reason."""

    spans: Spans
    numbers: Sequence[int]
    reasons: tuple[str, ...] = REASONS

    def records(self, steps: tuple[Step, ...] = (), low: int = 0, high: int | None = None) -> Iterator[Opaque]:
        """One for each stretch, or for some in a row, of the buffer that the steps reach."""
        for span, number in zip(self.spans.tolist()[low:high], self.numbers[low:high], strict=True):
            yield Opaque(reason=self.reasons[number], span=span, steps=steps)


class Shut(Struct, frozen=True):
    """What one buffer and all in it left unread: its own stretches, the layers with the rest, and all of its bytes."""

    own: Unread
    edges: Sequence[Edge]
    spans: Spans


NOTHING = Shut(Unread(Spans(), b""), (), Spans())


class Listing(Sequence[Opaque]):  # noqa: PLW1641  # steps hold dictionaries, which have no hash
    """Unread stretches that become records only when somebody looks at them."""

    def __init__(self, pieces: Iterator[tuple[tuple[Step, ...], Unread, int, int]], most: int) -> None:
        self._pieces: list[tuple[tuple[Step, ...], Unread, int, int]] = []
        self._size = 0
        for steps, own, low, high in pieces:
            kept = min(high, low + most - self._size)
            self._pieces.append((steps, own, low, kept))
            self._size += kept - low
            if self._size == most:
                break

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Opaque]:
        for steps, own, low, high in self._pieces:
            yield from own.records(steps, low, high)

    @overload
    def __getitem__(self, at: int) -> Opaque: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Opaque, ...]: ...
    def __getitem__(self, at: int | slice) -> Opaque | tuple[Opaque, ...]:
        return tuple(self)[at]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)


def shut(graph: Graph) -> tuple[Sequence[Opaque], int]:
    """What the buffer given and all in it left unread, in its order, and how many of its bytes that is."""
    known: dict[int, Shut] = {}
    for level in reversed(graph.levels):
        for place in level:
            known[id(place)] = _merge(place, known)
    return Listing(_listed(graph.root, (), known), MOST_OPAQUE), known[id(graph.root)].spans.size()


def _merge(place: Place, known: dict[int, Shut]) -> Shut:
    data = place.buffer.data
    if not place.edges and not place.content.broken and len(data) < SHORTEST_UNREAD:
        return NOTHING
    taken = Taken()
    edges: list[Edge] = []
    several: list[Spans] = []
    for edge in _by_worth(place, known) if len(place.edges) > 1 else place.edges:
        inside = known[id(edge.child)].spans
        if edge.codec.TOKEN and _nothing_won(edge, inside, data):
            continue
        if taken.take(edge.layer.span) and len(inside):
            edges.append(edge)
            several.append(edge.codec.outside(data, edge.layer, inside))
    own = own_unread(place, taken)
    if not several:
        return Shut(own, (), own.spans)
    edges.sort(key=lambda edge: edge.layer.span)
    return Shut(own, edges, union([own.spans, *several]))


def _listed(
    place: Place, steps: tuple[Step, ...], known: dict[int, Shut]
) -> Iterator[tuple[tuple[Step, ...], Unread, int, int]]:
    """Unread stretches of a buffer and of all in it, by where they come from in the buffer."""
    shut = known[id(place)]
    own, done = shut.own, 0
    starts = own.spans.tolist() if shut.edges else []
    for edge in shut.edges:
        before = bisect_right(starts, edge.layer.span)
        if before > done:
            yield steps, own, done, before
            done = before
        yield from _listed(edge.child, (*steps, step_of(edge)), known)
    if len(own.spans) > done:
        yield steps, own, done, len(own.spans)


def _nothing_won(edge: Edge, inside: Spans, data: bytes) -> bool:
    """Whether the letters are better judged where they stand, as a word, a value or a secret."""
    unread = inside.size()
    if len(edge.layer.data) < SHORTEST_UNREAD and not edge.child.buffer.text and not edge.child.edges:
        return True
    return unread == len(edge.layer.data) or (unread > 0 and not is_noise(data[slice(*edge.layer.span)]))


def _by_worth(place: Place, known: dict[int, Shut]) -> list[Edge]:
    """Structures first, then text, then the rest; of two readings of the same bytes, the one that reads more."""

    def worth(edge: Edge) -> tuple[int, int]:
        kind = 0 if isinstance(edge.codec, Structure) else 1 if isinstance(edge.codec, Substitution) else 2
        low, high = edge.layer.span
        unread = known[id(edge.child)].spans.size() * (high - low) // len(edge.layer.data)
        return kind, unread - (high - low)

    return sorted(place.edges, key=worth)


def own_unread(place: Place, taken: Taken) -> Unread:
    """What a buffer leaves unread where none of its layers took over."""
    buffer = place.buffer
    broken = place.content.broken and [item for item in place.content.broken if taken.take(item.span)]
    if buffer.text:
        unsure = buffer.runs.unsure
        own = Unread(*noise(buffer.data, unsure.within(gaps(len(buffer.data), taken.spans)) if taken.spans else unsure))
    else:
        stretches = Spans(unread_stretches(buffer, gaps(len(buffer.data), taken.spans)))
        own = Unread(stretches, bytes([BINARY]) * len(stretches))
    if not broken:
        return own
    both = sorted(
        [(item.span, item.reason, len(REASONS) + at) for at, item in enumerate(broken)]
        + [(span, REASONS[number], number) for span, number in zip(own.spans, own.numbers, strict=True)]
    )
    return Unread(
        Spans(span for span, _, _ in both),
        [number for _, _, number in both],
        (*REASONS, *(item.reason for item in broken)),
    )
