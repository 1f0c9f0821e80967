"""Which bytes of a buffer are gone already."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from backtalk.model.decoding import Span


class Taken:
    """Ranges that are given out once: a range overlapping an earlier one is refused."""

    def __init__(self) -> None:
        self._spans: list[Span] = []

    def take(self, span: Span) -> bool:
        """Keep the range; False when some of it is gone already."""
        if self.overlaps(span):
            return False
        self._spans.insert(bisect_left(self._spans, span), span)
        return True

    def overlaps(self, span: Span) -> bool:
        """Whether any byte of the range is gone."""
        place = bisect_left(self._spans, (span[1],))
        return place > 0 and self._spans[place - 1][1] > span[0]

    @property
    def spans(self) -> Sequence[Span]:
        """All ranges given out, in order."""
        return self._spans
