"""From the graph of buffers to sightings: each once, by its most telling path."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from msgspec import Struct

from backtalk.decode.codec import Structure, Substitution
from backtalk.decode.graph import Edge, Graph, Place
from backtalk.decode.naming import Namer
from backtalk.decode.native.spans import Spans
from backtalk.decode.scanner import Scanner
from backtalk.model.decoding import Hit, Span, Step

MOST_HITS = 256
"""Sightings of one needle kept for one buffer and all that is in it: the first ones."""


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


def step_of(edge: Edge) -> Step:
    """The edge's layer as a step."""
    layer = edge.layer
    return Step(codec=edge.codec.ID, version=edge.codec.VERSION, span=layer.span, params=layer.params)


def hits(graph: Graph, scanner: Scanner) -> tuple[Hit, ...]:
    """All hits, in the order of where they come from in the buffer given."""
    known: dict[int, list[Found]] = {}
    if not any(place.content.needles for level in graph.levels for place in level):
        return ()
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
    plain = [(needle, span) for needle in place.content.needles for span in scanner.locate(place.buffer, needle)]
    packed = [(source, edge) for source, edge in enumerate(place.edges) if known[id(edge.child)]]
    namer = Namer(place.buffer.data, [*(span for _, span in plain), *(edge.layer.span for _, edge in packed)])
    for needle, span in plain:
        steps, start = namer.steps(span)
        hit = Hit(needle=needle, found=(span[0] - start, span[1] - start), steps=steps)
        yield Found(hit=hit, origin=span, clear=True, named=bool(steps), source=-1, order=0)
    for source, edge in packed:
        inside = known[id(edge.child)]
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
        places = edge.codec.outside(place.buffer.data, edge.layer, Spans(found.origin for found in inside))
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
