"""From the graph of buffers to what is reported: each sighting once, by its most telling path, and what stayed shut."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from msgspec import Struct

from backtalk.decode.codec import Structure, Substitution
from backtalk.decode.graph import Edge, Graph, Place
from backtalk.decode.native.runs import REASONS, noise
from backtalk.decode.native.spans import Spans
from backtalk.decode.native.text import is_noise
from backtalk.decode.reading import SHORTEST_UNREAD, unread_stretches
from backtalk.decode.scanner import Scanner
from backtalk.decode.spans import Taken, common, gaps, merged, size
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


class Shut(Struct, frozen=True, kw_only=True):
    """What one buffer and all in it left unread, `spans` in that buffer."""

    opaque: tuple[Opaque, ...]
    spans: list[Span]


def step_of(edge: Edge) -> Step:
    """The edge's layer as a step."""
    layer = edge.layer
    return Step(codec=edge.codec.ID, version=edge.codec.VERSION, span=layer.span, params=layer.params)


def origins(edge: Edge, data: bytes, spans: list[Span]) -> list[Span]:
    """Where in a buffer those bytes of one layer's inside come from; for compressed ones, in proportion."""
    layer = edge.layer
    if isinstance(edge.codec, Substitution):
        return edge.codec.origins(data, layer.span, layer.params, spans)
    start, end = layer.span
    if isinstance(edge.codec, Structure):
        return [(start + left, start + right) for left, right in spans]
    whole, inside = end - start, len(layer.data)
    return [(start + left * whole // inside, start + -(-right * whole // inside)) for left, right in spans]


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
        places = origins(edge, place.buffer.data, [found.origin for found in inside])
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


def shut(graph: Graph) -> Shut:
    """What the buffer given and all in it left unread."""
    known: dict[int, Shut] = {}
    for level in reversed(graph.levels):
        for place in level:
            known[id(place)] = _merge_shut(place, known)
    return known[id(graph.root)]


def _merge_shut(place: Place, known: dict[int, Shut]) -> Shut:
    data = place.buffer.data
    if not place.edges and not place.content.broken and len(data) < SHORTEST_UNREAD:
        return Shut(opaque=(), spans=[])
    taken = Taken()
    records: list[Opaque] = []
    spans: list[Span] = []
    for edge in _by_worth(place, known):
        inside = known[id(edge.child)]
        if edge.codec.TOKEN and _nothing_won(edge, inside, data):
            continue
        if not taken.take(edge.layer.span):
            continue
        step = step_of(edge)
        records += [Opaque(reason=item.reason, span=item.span, steps=(step, *item.steps)) for item in inside.opaque]
        spans += origins(edge, data, inside.spans)
    own = list(own_opaque(place, taken))
    records += own
    spans = merged([*spans, *(item.span for item in own)])
    records.sort(key=lambda item: (item.steps[0].span if item.steps else item.span, len(item.steps), item.span))
    return Shut(opaque=tuple(records[:MOST_OPAQUE]), spans=spans)


def _nothing_won(edge: Edge, inside: Shut, data: bytes) -> bool:
    """Whether the letters are better judged where they stand, as a word, a value or a secret."""
    unread = size(inside.spans)
    if len(edge.layer.data) < SHORTEST_UNREAD and not edge.child.buffer.text and not edge.child.edges:
        return True
    return unread == len(edge.layer.data) or (unread > 0 and not is_noise(data[slice(*edge.layer.span)]))


def _by_worth(place: Place, known: dict[int, Shut]) -> list[Edge]:
    """Structures first, then text, then the rest; of two readings of the same bytes, the one that reads more."""

    def worth(item: tuple[int, Edge]) -> tuple[int, int, int]:
        number, edge = item
        kind = 0 if isinstance(edge.codec, Structure) else 1 if isinstance(edge.codec, Substitution) else 2
        low, high = edge.layer.span
        unread = size(known[id(edge.child)].spans) * (high - low) // len(edge.layer.data)
        return kind, unread - (high - low), number

    return [edge for _, edge in sorted(enumerate(place.edges), key=worth)]


def own_opaque(place: Place, taken: Taken) -> Iterator[Opaque]:
    """What a buffer leaves unread where none of its layers took over."""
    data = place.buffer.data
    for item in place.content.broken:
        if taken.take(item.span):
            yield item
    free = list(gaps(len(data), taken.spans))
    if place.buffer.text:
        unsure = place.buffer.runs.unsure
        within = unsure if len(free) == 1 and free[0] == (0, len(data)) else Spans(common(unsure.tolist(), free))
        unread, reasons = noise(data, within)
        for span, reason in zip(unread, reasons, strict=True):
            yield Opaque(reason=REASONS[reason], span=span)
    else:
        for span in unread_stretches(data, free):
            yield Opaque(reason="binary, no codec fits", span=span)
