"""Words that are cut in pieces and sent in fields next to each other."""

from __future__ import annotations

from collections.abc import Callable

from backtalk.detect.places import alike, begins
from backtalk.model.decoding import Span, Step

REACH = 160
"""Bytes after one piece in which the next one begins."""

SHORTEST = 3
"""Letters of a piece, unless fewer are left."""

MOST_PIECES = 4


def split(
    word: str, steps: tuple[Step, ...], start: int, buffer: Callable[[tuple[Step, ...]], bytes]
) -> tuple[tuple[Step, ...], tuple[Span, ...]] | None:
    """The word in pieces from `start` on, and the buffer that holds them all; None where it is not split there.

    Fields that are written plainly are slices of one buffer, in which their neighbours stand.
    """
    whole = word.encode("utf-8")
    while True:
        data = buffer(steps)
        run = alike(data, start, whole)
        if run < len(whole) and begins(data, start) and (spans := pieces(data, start, run, whole)):
            return steps, spans
        if not steps or buffer(steps[:-1])[slice(*steps[-1].span)] != data:
            return None
        start += steps[-1].span[0]
        steps = steps[:-1]


def pieces(data: bytes, start: int, run: int, whole: bytes) -> tuple[Span, ...]:
    """The spans of a word's pieces, of which the first is `run` letters at `start`; empty if it is not all there.

    Each piece is a value: no letter or digit stands beside it. They stand in order, each
    soon after the other.
    """
    spans = [(start, start + run)]
    lowered = data[start : start + run + MOST_PIECES * (REACH + len(whole))].lower()
    word = whole.lower()
    at, left = run, word[run:]
    while left and len(spans) < MOST_PIECES:
        if lowered[at : at + 1].isalnum():
            return ()
        place, size = _next(lowered, at, left)
        if not size:
            return ()
        spans.append((start + place, start + place + size))
        at, left = place + size, left[size:]
    return tuple(spans) if not left and not lowered[at : at + 1].isalnum() else ()


def _next(text: bytes, at: int, left: bytes) -> tuple[int, int]:
    """Where the next piece is and how long: the longest that is a value of its own."""
    fewest = min(SHORTEST, len(left))
    best = 0, 0
    place = text.find(left[:fewest], at, at + REACH + fewest)
    while place >= 0:
        size = fewest
        while size < len(left) and text[place + size : place + size + 1] == left[size : size + 1]:
            size += 1
        alone = not text[place - 1 : place].isalnum() and not text[place + size : place + size + 1].isalnum()
        if alone and size > best[1]:
            best = place, size
        place = text.find(left[:fewest], place + 1, at + REACH + fewest)
    return best
