"""The walk through one buffer: everything undone, needles found, the rest accounted for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from backtalk.decode.budget import Budget
from backtalk.decode.codec import LEAST_IN_BINARY, Structure
from backtalk.decode.graph import FORMS, PATTERNS, Edge, Graph, Known, Place
from backtalk.decode.merge import hits, step_of
from backtalk.decode.native.text import is_noise
from backtalk.decode.reading import SHORTEST_UNREAD
from backtalk.decode.scanner import Scanner
from backtalk.decode.shut import own_unread, shut
from backtalk.decode.spans import Taken
from backtalk.model.canary import Needle
from backtalk.model.decoding import Node, Opaque, Step, Walk
from backtalk.model.keyring import Keyring

MOST_NODES = 5000
"""Nodes in a tree for people; one buffer found in many places counts at each."""


class Walker:
    """Looks for needles in buffers, through whatever packaging; made once, used for many buffers.

    UsageError when a needle is empty.
    """

    def __init__(self, needles: Sequence[Needle], budget: Budget | None = None, keyring: Keyring | None = None) -> None:
        self._scanner = Scanner(needles, PATTERNS, FORMS)
        self._budget = budget or Budget()
        self._known = Known()
        self._keyring = keyring

    def walk(self, data: bytes, visit: Callable[[bytes, tuple[Step, ...]], None] | None = None) -> Walk:
        """All hits with their steps, and what stayed unread. A pure function of bytes, needles, keys and budget.

        `visit` is called for each buffer undone, the one given first, with the steps of one way there.
        """
        graph = Graph(data, self._scanner, self._budget, self._known, keyring=self._keyring)
        if visit is not None:
            for buffer, steps in _buffers(graph):
                visit(buffer, steps)
        opaque, opaque_bytes = shut(graph)
        return Walk(
            hits=hits(graph, self._scanner),
            opaque=opaque,
            read=len(data) - opaque_bytes,
            opaque_bytes=opaque_bytes,
            cut=graph.meter.cut,
        )


def _buffers(graph: Graph) -> Iterator[tuple[bytes, tuple[Step, ...]]]:
    """Each distinct buffer once, by the first of the shortest ways to it."""
    ways: dict[int, tuple[Step, ...]] = {id(graph.root.content): ()}
    yield graph.root.buffer.data, ()
    for edge, way in (
        (edge, ways[id(place.content)]) for level in graph.levels for place in level for edge in place.edges
    ):
        if id(edge.child.content) not in ways:
            ways[id(edge.child.content)] = (*way, step_of(edge))
            yield edge.child.buffer.data, ways[id(edge.child.content)]


@lru_cache(maxsize=1)
def _patterns_only() -> Scanner:
    return Scanner((), PATTERNS)


def tree(data: bytes, budget: Budget | None = None, keyring: Keyring | None = None) -> Node:
    """Everything that can be undone, as a tree. Each node's `opaque` is its own, not its children's."""
    graph = Graph(data, _patterns_only(), budget or Budget(), keyring=keyring, every=True)
    grown: dict[int, tuple[tuple[Node, ...], tuple[Opaque, ...], int]] = {}
    for level in reversed(graph.levels):
        for place in level:
            grown[id(place)] = _grow(place, grown)
    children, opaque, _ = grown[id(graph.root)]
    if graph.meter.cut:
        opaque = (*opaque, Opaque(reason="the budget ended the walk: there may be more inside", span=(0, len(data))))
    return Node(step=None, data=data, children=children, opaque=opaque)


def _grow(
    place: Place, grown: dict[int, tuple[tuple[Node, ...], tuple[Opaque, ...], int]]
) -> tuple[tuple[Node, ...], tuple[Opaque, ...], int]:
    """A place's children, its own unread stretches, and how many nodes hang on it."""
    children: list[Node] = []
    taken = Taken()
    count = 1
    left_out = 0
    for edge in sorted(place.edges, key=lambda edge: edge.layer.span):
        below, opaque, more = grown[id(edge.child)]
        if _bare_key(edge, place) and not below and not opaque:
            continue
        if edge.codec.TOKEN and not below and _no_layer(edge, place, opaque):
            continue
        if not below and _chance(edge, place):
            continue
        if count + more > MOST_NODES:
            left_out += 1
            continue
        count += more
        if not (edge.codec.TOKEN and _unread(edge, opaque)):
            taken.take(edge.layer.span)
        children.append(Node(step=step_of(edge), data=edge.layer.data, children=below, opaque=opaque))
    own = own_unread(place, taken)
    opaque = tuple(own.records())
    if left_out:
        reason = f"{left_out} more layers than are shown"
        opaque = (*opaque, Opaque(reason=reason, span=(0, len(place.buffer.data))))
    return tuple(children), opaque, count


def _bare_key(edge: Edge, place: Place) -> bool:
    """Whether the layer is a key that stands in the path of its value anyhow."""
    return "key" in edge.layer.params and edge.layer.data == place.buffer.data[slice(*edge.layer.span)]


def _no_layer(edge: Edge, place: Place, opaque: tuple[Opaque, ...]) -> bool:
    """Whether the letters rather are what they look like: a word, or a value too short to tell, as for a search."""
    if edge.child.buffer.text or is_noise(place.buffer.data[slice(*edge.layer.span)]):
        return False
    return len(edge.layer.data) < SHORTEST_UNREAD or bool(opaque)


def _chance(edge: Edge, place: Place) -> bool:
    """Whether a named value stands among so few letters in binary data that it may as well be chance."""
    if place.buffer.text or not (isinstance(edge.codec, Structure) and edge.codec.TEXT):
        return False
    stretches = place.buffer.readable
    at = bisect_right(stretches, (edge.layer.span[0], len(place.buffer.data))) - 1
    return at >= 0 and stretches[at][1] - stretches[at][0] < LEAST_IN_BINARY


def _unread(edge: Edge, opaque: tuple[Opaque, ...]) -> bool:
    return sum(item.span[1] - item.span[0] for item in opaque) >= len(edge.layer.data)
