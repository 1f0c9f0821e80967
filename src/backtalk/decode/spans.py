"""Half-open byte ranges: what lies between them, and whether they touch."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from backtalk.model.decoding import Span


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same bytes as sorted ranges that neither overlap nor touch; empty ranges vanish."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def gaps(length: int, taken: Iterable[Span]) -> Iterator[Span]:
    """The ranges of [0, length) that none of `taken` covers, in order."""
    at = 0
    for start, end in merged(taken):
        if at < min(start, length):
            yield at, min(start, length)
        at = max(at, end)
    if at < length:
        yield at, length


def common(left: Sequence[Span], right: Sequence[Span]) -> list[Span]:
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


def size(spans: Iterable[Span]) -> int:
    """How many bytes ranges hold that do not overlap."""
    return sum(end - start for start, end in spans)


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
