"""Where something plainly written stands in its structure: read only where there is something to name."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from backtalk.decode.codec import Leaf, Structure
from backtalk.decode.codecs import CODECS
from backtalk.decode.codecs.records import Records
from backtalk.decode.native.spans import common, merged
from backtalk.decode.native.text import is_text
from backtalk.model.decoding import Span, Step

WHOLE = frozenset(codec.ID for codec in CODECS if codec.WHOLE)
"""Steps that need all of their buffer."""
STRUCTURES: tuple[Structure, ...] = tuple(codec for codec in CODECS if isinstance(codec, Structure))
WRITTEN = tuple(codec for codec in STRUCTURES if not isinstance(codec, Records))
"""Structures that a text may have."""
DEEPEST = 4
"""Structures within structures that are named without an escape between them."""


class Namer:
    """Names places in one buffer, which are known from the start; parses it at most once for each structure."""

    def __init__(self, data: bytes, places: Iterable[Span]) -> None:
        self._data = data
        self._places = merged(places)
        self._texts: dict[Span, bool] = {}
        self._plain_at: dict[tuple[str, Span], bool] = {}
        self._leaves: dict[tuple[str, Span], tuple[list[int], Sequence[Leaf]]] = {}

    def steps(self, span: Span, inner: Step | None = None) -> tuple[tuple[Step, ...], int]:
        """The steps into the innermost named value around `span`, and where that value begins.

        `inner` is the step that starts at `span`; what it already names is not named again,
        and no step is added that would keep it from being replayed.
        """
        found: list[Step] = []
        window = (0, len(self._data))
        while len(found) < DEEPEST and window != span:  # nothing is around the whole of a buffer
            best: tuple[Structure, Leaf, Span] | None = None
            for codec in WRITTEN if self._text(window) else STRUCTURES:
                leaf = self._around(codec, window, span)
                if leaf is None:
                    continue
                absolute = (window[0] + leaf.span[0], window[0] + leaf.span[1])
                if inner is not None and inner.codec == codec.ID and absolute == span:
                    continue
                if best is None or absolute[1] - absolute[0] > best[2][1] - best[2][0]:
                    best = codec, leaf, absolute
            if best is None or not self._plain(best[0], best[1], best[2]):
                break
            codec, leaf, absolute = best
            if inner is not None and not self._replays(absolute, span, inner):
                break
            found.append(Step(codec=codec.ID, version=codec.VERSION, span=leaf.span, params=leaf.params))
            window = absolute
        return tuple(found), window[0]

    def _around(self, codec: Structure, window: Span, span: Span) -> Leaf | None:
        key = (codec.ID, window)
        if key not in self._leaves:
            places = [(low - window[0], high - window[0]) for low, high in common(self._places, [window])]
            leaves = codec.near(self._data[slice(*window)], places)
            self._leaves[key] = [leaf.span[0] for leaf in leaves], leaves
        return _holding(*self._leaves[key], window, span)

    def _plain(self, codec: Structure, leaf: Leaf, absolute: Span) -> bool:
        """Whether the value is a slice of the buffer, so that places in it are places in the buffer."""
        key = (codec.ID, absolute)
        if key not in self._plain_at:
            readable = not codec.TEXT or self._text(absolute)  # quotes and brackets occur in noise as well
            self._plain_at[key] = readable and codec.plain(self._data[slice(*absolute)], leaf.params)
        return self._plain_at[key]

    def _text(self, window: Span) -> bool:
        if window not in self._texts:
            self._texts[window] = is_text(self._data[slice(*window)])
        return self._texts[window]

    def _replays(self, window: Span, span: Span, inner: Step) -> bool:
        """Whether the step that follows is the same one when only the value is given to it."""
        if inner.codec in WHOLE:
            return False
        structure = next((codec for codec in STRUCTURES if inner.codec == codec.ID), None)
        if structure is None:
            return True
        leaf = self._around(structure, window, span)
        if leaf is None or (window[0] + leaf.span[0], window[0] + leaf.span[1]) != span:
            return False
        return leaf.params == inner.params


def _holding(starts: list[int], leaves: Sequence[Leaf], window: Span, span: Span) -> Leaf | None:
    place = bisect_right(starts, span[0] - window[0]) - 1
    if place >= 0 and leaves[place].span[1] >= span[1] - window[0]:
        return leaves[place]
    return None
