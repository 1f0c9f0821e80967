"""From the graph of buffers to what is reported: each sighting once, by its most telling path, and what stayed shut."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from itertools import islice

from msgspec import Struct

from backtalk.decode.codec import Structure, Substitution
from backtalk.decode.graph import Edge, Graph, Place
from backtalk.decode.native.runs import REASONS, noise
from backtalk.decode.native.spans import Spans, merged
from backtalk.decode.native.text import is_noise
from backtalk.decode.reading import SHORTEST_UNREAD, unread_stretches
from backtalk.decode.scanner import Scanner
from backtalk.decode.spans import Taken, gaps
from backtalk.model.decoding import Hit, Opaque, Span, Step

MOST_HITS = 256
"""Sightings of one needle kept for one buffer and all that is in it: the first ones."""
MOST_OPAQUE = 1024
"""Unread stretches listed for one buffer and all that is in it; bytes are counted in full."""


class Found(Struct, frozen=True, kw_only=True):
    """A hit seen from one buffer: `origin` is where in that buffer it comes from.

    `clear`: only escapes lie between, so the origin is the needle's own place. `named`:
    a structure names the value on the way. `source` tells the edge, -1 for none; `order`
    is the place among that edge's hits.
    """

    hit: Hit
    origin: Span
    clear: bool
    named: bool
    source: int
    order: int

    @property
    def rank(self) -> tuple[bool, int, int, int]:
        return not self.named, len(self.hit.steps), self.source, self.order


class Unread(Struct, frozen=True):
    """Stretches of one buffer that stayed unread, with the reason for each."""

    spans: Spans
    reasons: Sequence[str]


class Shut(Struct, frozen=True):
    """What one buffer and all in it left unread: its own stretches, the layers with the rest, and all of its bytes."""

    own: Unread
    edges: tuple[Edge, ...]
    spans: Spans


NOTHING = Shut(Unread(Spans(), ()), (), Spans())


def step_of(edge: Edge) -> Step:
    """The edge's layer as a step."""
    layer = edge.layer
    return Step(codec=edge.codec.ID, version=edge.codec.VERSION, span=layer.span, params=layer.params)


def origins(edge: Edge, data: bytes, spans: Spans) -> Spans:
    """Where in a buffer those bytes of one layer's inside come from; for compressed ones, in proportion."""
    layer = edge.layer
    if isinstance(edge.codec, Substitution):
        return Spans(edge.codec.origins(data, layer.span, layer.params, spans))
    start, end = layer.span
    return (
        spans.moved(start) if isinstance(edge.codec, Structure) else spans.scaled(start, end - start, len(layer.data))
    )


def hits(graph: Graph, scanner: Scanner) -> tuple[Hit, ...]:
    """All hits, in the order of where they come from in the buffer given."""
    known: dict[int, list[Found]] = {}
    for level in reversed(graph.levels):
        for place in level:
            known[id(place)] = _merge_hits(place, known, scanner)
    return tuple(found.hit for found in known[id(graph.root)])


def _merge_hits(place: Place, known: dict[int, list[Found]], scanner: Scanner) -> list[Found]:
    if not place.content.needles and not any(known[id(edge.child)] for edge in place.edges):
        return []
    by_needle: dict[int, list[Found]] = defaultdict(list)
    for found in _candidates(place, known, scanner):
        by_needle[found.hit.needle].append(found)
    kept: list[Found] = []
    for needle in sorted(by_needle):
        ranked = sorted(by_needle[needle], key=lambda found: found.rank)
        kept += _distinct(ranked)
    return sorted(kept, key=lambda found: (found.origin[0], found.source, found.order, found.hit.needle))


def _candidates(place: Place, known: dict[int, list[Found]], scanner: Scanner) -> Iterator[Found]:
    namer = place.content.namer
    for needle in place.content.needles:
        for span in scanner.locate(place.buffer, needle):
            steps, start = namer.steps(span)
            hit = Hit(needle=needle, found=(span[0] - start, span[1] - start), steps=steps)
            yield Found(hit=hit, origin=span, clear=True, named=bool(steps), source=-1, order=0)
    for source, edge in enumerate(place.edges):
        inside = known[id(edge.child)]
        if not inside:
            continue
        step = step_of(edge)
        outer, start = namer.steps(step.span, step)
        moved = Step(
            codec=step.codec,
            version=step.version,
            span=(step.span[0] - start, step.span[1] - start),
            params=step.params,
        )
        clear = isinstance(edge.codec, Structure | Substitution)
        named = bool(outer) or isinstance(edge.codec, Structure)
        places = origins(edge, place.buffer.data, Spans(found.origin for found in inside))
        for order, (found, origin) in enumerate(zip(inside, places, strict=True)):
            yield Found(
                hit=Hit(needle=found.hit.needle, found=found.hit.found, steps=(*outer, moved, *found.hit.steps)),
                origin=origin if clear else step.span,
                clear=clear and found.clear,
                named=named or found.named,
                source=source,
                order=order,
            )


def _distinct(ranked: list[Found]) -> Iterator[Found]:
    """Best first; what another source already told of the same place is left out.

    What is inside a packaging tells more than the same letters met by chance, or stored
    plainly, in its packed form. Two sightings in one packaging share their origin and are
    told apart by having one source.
    """
    told: list[tuple[Span, int]] = []
    for found in sorted(ranked, key=lambda found: found.clear):
        low, high = found.origin
        if any(source != found.source and span[0] < high and low < span[1] for span, source in told):
            continue
        told.append((found.origin, found.source))
        yield found
        if len(told) >= MOST_HITS:
            return


def shut(graph: Graph) -> tuple[tuple[Opaque, ...], int]:
    """What the buffer given and all in it left unread, in its order, and how many of its bytes that is."""
    known: dict[int, Shut] = {}
    for level in reversed(graph.levels):
        for place in level:
            known[id(place)] = _merge_shut(place, known)
    return tuple(islice(_listed(graph.root, (), known), MOST_OPAQUE)), known[id(graph.root)].spans.size()


def _merge_shut(place: Place, known: dict[int, Shut]) -> Shut:
    data = place.buffer.data
    if not place.edges and not place.content.broken and len(data) < SHORTEST_UNREAD:
        return NOTHING
    taken = Taken()
    edges: list[Edge] = []
    several: list[Spans] = []
    for edge in _by_worth(place, known):
        inside = known[id(edge.child)].spans
        if edge.codec.TOKEN and _nothing_won(edge, inside, data):
            continue
        if taken.take(edge.layer.span) and len(inside):
            edges.append(edge)
            several.append(origins(edge, data, inside))
    own = own_unread(place, taken)
    spans = merged([own.spans, *several]) if several else own.spans
    return Shut(own, tuple(sorted(edges, key=lambda edge: edge.layer.span)), spans)


def _listed(place: Place, steps: tuple[Step, ...], known: dict[int, Shut]) -> Iterator[Opaque]:
    """Each unread stretch of a buffer and of all in it, by where it comes from in the buffer."""
    shut = known[id(place)]
    edges = deque(shut.edges)
    for span, reason in zip(shut.own.spans, shut.own.reasons, strict=True):
        while edges and edges[0].layer.span < span:
            edge = edges.popleft()
            yield from _listed(edge.child, (*steps, step_of(edge)), known)
        yield Opaque(reason=reason, span=span, steps=steps)
    for edge in edges:
        yield from _listed(edge.child, (*steps, step_of(edge)), known)


def _nothing_won(edge: Edge, inside: Spans, data: bytes) -> bool:
    """Whether the letters are better judged where they stand, as a word, a value or a secret."""
    unread = inside.size()
    if len(edge.layer.data) < SHORTEST_UNREAD and not edge.child.buffer.text and not edge.child.edges:
        return True
    return unread == len(edge.layer.data) or (unread > 0 and not is_noise(data[slice(*edge.layer.span)]))


def _by_worth(place: Place, known: dict[int, Shut]) -> list[Edge]:
    """Structures first, then text, then the rest; of two readings of the same bytes, the one that reads more."""

    def worth(item: tuple[int, Edge]) -> tuple[int, int, int]:
        number, edge = item
        kind = 0 if isinstance(edge.codec, Structure) else 1 if isinstance(edge.codec, Substitution) else 2
        low, high = edge.layer.span
        unread = known[id(edge.child)].spans.size() * (high - low) // len(edge.layer.data)
        return kind, unread - (high - low), number

    return [edge for _, edge in sorted(enumerate(place.edges), key=worth)]


def own_unread(place: Place, taken: Taken) -> Unread:
    """What a buffer leaves unread where none of its layers took over."""
    data = place.buffer.data
    broken = [item for item in place.content.broken if taken.take(item.span)]
    if place.buffer.text:
        unsure = place.buffer.runs.unsure
        left = noise(data, unsure.within(list(gaps(len(data), taken.spans))) if taken.spans else unsure)
        own = Unread(left[0], [REASONS[reason] for reason in left[1]])
    else:
        stretches = Spans(unread_stretches(data, list(gaps(len(data), taken.spans))))
        own = Unread(stretches, ["binary, no codec fits"] * len(stretches))
    if not broken:
        return own
    both = sorted([(item.span, item.reason) for item in broken] + list(zip(own.spans, own.reasons, strict=True)))
    return Unread(Spans(span for span, _ in both), [reason for _, reason in both])
