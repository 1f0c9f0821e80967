"""Which bytes of binary data a reader can read: readable stretches and fillings; the rest is unread."""

from __future__ import annotations

from collections.abc import Sequence

from backtalk.decode.codec import Buffer
from backtalk.decode.native.spans import common, merged, size
from backtalk.decode.native.text import constant, various
from backtalk.model.decoding import Span

SHORTEST_UNREAD = 16
"""Bytes: 16 can hold any secret; less is framing, or too little to name a page."""
SHORTEST_READ = 8


def unread_stretches(buffer: Buffer, free: Sequence[Span]) -> list[Span]:
    """The stretches of binary data that no text and no constant filling explains.

    Where less than a tenth of the whole is readable, the readable looking rest is chance.
    """
    data = buffer.data
    filling = [span for span in common(free, constant(data)) if span[1] - span[0] >= SHORTEST_UNREAD]
    read = [span for span in common(free, buffer.readable) if span[1] - span[0] >= SHORTEST_READ]
    marks = merged([*filling, *read])
    if size(read) * 10 < size(free) - size(filling):
        marks = filling
    unread: list[Span] = []
    place = 0
    for start, end in free:
        at = start
        while place < len(marks) and marks[place][0] < end:
            unread.append((at, marks[place][0]))
            at = marks[place][1]
            place += 1
        unread.append((at, end))
    return [(low, high) for low, high in unread if high - low >= SHORTEST_UNREAD and various(data, low, high)]
