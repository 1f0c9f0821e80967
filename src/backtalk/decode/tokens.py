"""Long runs of letters in a buffer, found by whole-array operations: no byte is looked at in Python."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from backtalk.decode.spans import merged
from backtalk.model.decoding import Span

LOWER, UPPER, DIGITS = b"abcdefghijklmnopqrstuvwxyz", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"0123456789"
LETTERS = LOWER + UPPER + DIGITS + b"+/-_"
"""What base64 is written with, in both its alphabets."""
REST = re.compile(rb"[A-Za-z0-9+/_-]*+")

FIRST = b"IJKLMNOPQRSTUVWXYZabcdef"
SECOND = b"CDEFGHSTUVWXijklmnyz0123"
THIRD = b"ABEFIJMNQRUVYZcdghklopstwx0145"
"""The first three letters that three bytes of ASCII text, controls excepted, have in base64; any may be the fourth."""

IS_FIRST, IS_SECOND, IS_THIRD, IS_LETTER, IS_LOWER, IS_UPPER, IS_DIGIT, NO_HEX = (1 << bit for bit in range(8))
CLASSES = bytes(
    IS_FIRST * (byte in FIRST)
    | IS_SECOND * (byte in SECOND)
    | IS_THIRD * (byte in THIRD)
    | IS_LETTER * (byte in LETTERS)
    | IS_LOWER * (byte in LOWER)
    | IS_UPPER * (byte in UPPER)
    | IS_DIGIT * (byte in DIGITS)
    | NO_HEX * (byte in LOWER[6:] + UPPER[6:])
    for byte in range(256)
)
ALNUM = IS_LOWER | IS_UPPER | IS_DIGIT
MIXED = np.array(
    [bool((c & IS_LOWER and c & IS_UPPER) or (c & NO_HEX and c & IS_DIGIT)) for c in range(256)], dtype=np.bool_
)
"""Whether letters of those classes together are neither a word nor a number nor hex of one case."""
ONE_CASE = np.array([bool(c & NO_HEX and bool(c & IS_LOWER) != bool(c & IS_UPPER)) for c in range(256)], dtype=np.bool_)
"""Whether letters of those classes together are of one case, and no hex."""
LONG, ASCII, HEX, WORD = 16, 8, 16, 12
"""Letters from which on a run is long, holds ASCII text, is hex, or is a word that may be packed bytes."""

SECRET, LONGEST_WORDS = 32, 512
"""Letters of hex from which on it can hold any secret, and of a run whose words may be packed bytes each."""
UUID = re.compile(rb"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}")

Bools = NDArray[np.bool_]
Places = NDArray[np.intp]


def runs(mask: Bools, least: int) -> tuple[Places, Places]:
    """Where each run of at least so many true values begins and ends; the first and last value must be false."""
    width = 1
    while width < least:
        step = min(width, least - width)
        mask = mask[:-step] & mask[step:]
        width += step
    edges = np.flatnonzero(mask[1:] != mask[:-1]) + 1
    return edges[::2], edges[1::2] + (least - 1)


class Tokens:
    """The runs of a buffer that are more than words, numbers and lower-case or upper-case hex."""

    def __init__(self, data: bytes) -> None:
        self._length = len(data)
        self._data = data

    @cached_property
    def _classes(self) -> NDArray[np.uint8]:
        return np.frombuffer(b"\0%b\0" % self._data.translate(CLASSES), dtype=np.uint8)

    @cached_property
    def long(self) -> list[Span]:
        """Runs of at least 16 base64 letters, whole, of mixed classes."""
        return self._mixed(self._classes & np.uint8(IS_LETTER), LONG)

    @cached_property
    def words(self) -> list[Span]:
        """Runs of at least 12 letters and digits, whole, of mixed classes, save within very long runs."""
        found = self._mixed(self._classes & np.uint8(ALNUM), WORD)
        large = [span for span in self.long if span[1] - span[0] > LONGEST_WORDS]
        return [span for span in found if not _holds(large, span)] if large else found

    @cached_property
    def spelled(self) -> list[Span]:
        """Runs of at least 16 letters and digits, whole, with letters of one case, of which one is no hex digit."""
        if self._length < LONG:
            return []
        starts, ends = runs((self._classes & np.uint8(ALNUM)) != 0, LONG)
        return self._kept(starts, ends, ONE_CASE)

    @cached_property
    def base64(self) -> list[Span]:
        """The long runs that have letters of both cases, and all runs with eight letters that are ASCII in base64."""
        if self._length < ASCII:
            return []
        classes = self._classes
        pairs = classes[:-1] & (classes[1:] >> 1)
        fours = pairs[:-2] & (pairs[2:] >> 2) & 1
        places = np.flatnonzero((fours[:-4] & fours[4:]).view(np.bool_)) - 1
        known = self.long
        if known and len(places):
            starts, ends = np.array(known).T
            nearest = np.searchsorted(starts, places, side="right") - 1
            places = places[(nearest < 0) | (places >= ends[nearest])]
        return merged([*known, *self._around(places)]) if len(places) else known

    @property
    def unsure(self) -> list[Span]:
        """Runs that may be unread: long ones of mixed classes, hex of sixteen bytes and more, and UUIDs."""
        wide = [span for span in self.hex if span[1] - span[0] >= SECRET]
        return merged([*self.long, *wide, *self._hyphened]) if wide or self._hyphened else self.long

    @cached_property
    def _hyphened(self) -> list[Span]:
        if self._length < SECRET or b"-" not in self._data:
            return []
        return [match.span() for match in UUID.finditer(self._data)]

    @property
    def all(self) -> list[Span]:
        """Every run that a codec may open."""
        return [*self.base64, *self.words, *self.hex]

    @cached_property
    def hex(self) -> list[Span]:
        """Runs of at least 16 hexadecimal digits, whole."""
        if self._length < HEX:
            return []
        classes = self._classes
        starts, ends = runs(((classes & ALNUM) != 0) & (classes < NO_HEX), HEX)
        return list(zip((starts - 1).tolist(), (ends - 1).tolist(), strict=True))

    def _mixed(self, mask: NDArray[np.uint8], least: int) -> list[Span]:
        if self._length < least:
            return []
        return self._kept(*runs(mask != 0, least), MIXED)

    def _kept(self, starts: Places, ends: Places, kinds: Bools) -> list[Span]:
        """The runs whose letters together are of those kinds."""
        if not len(starts):
            return []
        bounds = np.stack((starts, ends), axis=1)
        classes = np.bitwise_or.reduceat(self._classes, bounds.ravel())[::2]
        spans: list[tuple[int, int]] = (bounds[kinds[classes]] - 1).tolist()
        return [(start, end) for start, end in spans]

    def _around(self, places: Places) -> list[Span]:
        """The whole runs that hold those places."""
        found: list[Span] = []
        done = 0
        for place in places.tolist():
            if place >= done:
                start = done + len(self._data[done:place].rstrip(LETTERS))
                done = REST.match(self._data, place).end()  # type: ignore[union-attr]  # it matches anything
                found.append((start, done))
        return found


def _holds(large: list[Span], span: Span) -> bool:
    """Whether one of the ordered ranges holds the span."""
    place = bisect_right(large, (span[0], span[1])) - 1
    return place >= 0 and span[1] <= large[place][1]
