"""What has the shape of a digest: runs of hex digits, of base64 letters and of decimal digits, and raw bytes."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import accumulate

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from backtalk.detect.made import KEY, Keys
from backtalk.model.decoding import Span

HEX = b"0123456789abcdefABCDEF"
UPPER, LOWER, DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"abcdefghijklmnopqrstuvwxyz", b"0123456789"
WORDS = UPPER + LOWER + DIGITS
SEXTETS = np.zeros(256, dtype=np.uint64)
for _value, _letter in enumerate(WORDS[:62] + b"+/"):
    SEXTETS[_letter] = _value
SEXTETS[ord("-")], SEXTETS[ord("_")] = 62, 63
NIBBLES = np.zeros(256, dtype=np.uint8)
for _letter in HEX:
    NIBBLES[_letter] = int(chr(_letter), 16)

CHUNK = 1 << 16
"""Raw bytes looked up in one step: what is worked out about each takes eight times as much."""

HEX_WIDTH = 2
FEWEST_DECIMAL, MOST_DECIMAL = 16, 20
"""Digits of a 64-bit number; of those that are shorter there are too few."""

BATCH = 1 << 20
"""Bytes looked through in one step."""

OVERLAP = 256
"""Bytes that two stretches share: more than any digest takes."""

LONGEST = 64
"""Bytes of the longest digest."""

Places = NDArray[np.int64]
Decoded = Callable[[bytes], bytes]


class Token(Struct, frozen=True):
    """Bytes with the shape of a digest: in which buffer, where, and what they stand for.

    `width` is letters a byte (2 for hex, 0 where no part of it means anything), `whole`
    that no letter or digit stands beside it.
    """

    buffer: int
    span: Span
    data: bytes
    width: float
    whole: bool

    def of(self, size: int) -> Span:
        """The span that the first `size` bytes take."""
        if size == len(self.data) or not self.width:
            return self.span
        return self.span[0], min(self.span[1], self.span[0] - int(-size * self.width // 1))


def batches(buffers: Sequence[bytes]) -> Iterator[Shapes]:
    """The shapes of all buffers, about a megabyte at a time: long buffers in stretches that overlap."""
    stretches: list[tuple[int, Span]] = []
    size = 0
    for number, data in enumerate(buffers):
        for low in range(0, max(len(data) - OVERLAP, 1), BATCH):
            high = min(low + BATCH + OVERLAP, len(data))
            stretches.append((number, (low, high)))
            size += high - low
            if size >= BATCH:
                yield Shapes(buffers, stretches)
                stretches, size = [], 0
    if stretches:
        yield Shapes(buffers, stretches)


class Shapes:
    """The runs of stretches of buffers. Many small ones are looked through as one, a byte of no token between."""

    def __init__(self, buffers: Sequence[bytes], stretches: Sequence[tuple[int, Span]]) -> None:
        self._buffers, self._stretches = buffers, stretches
        parts = [buffers[number][low:high] for number, (low, high) in stretches]
        self._joined = b"\n".join(parts)
        self._starts = np.array([0, *accumulate(len(data) + 1 for data in parts)], dtype=np.int64)
        self._there = np.frombuffer(self._joined, dtype=np.uint8)
        self._runs: dict[bytes, tuple[Places, Places]] = {}

    def tokens(self, among: Callable[[Keys], Places]) -> Iterator[Token]:
        """The tokens whose first 8 bytes `among` picks out, spelling by spelling."""
        for alphabet, fewest, width, keys, decoded in TEXTUAL:
            low, high = self._glued(*self._long(alphabet, fewest), alphabet, fewest)
            if len(low):
                for place in among(keys(self._there, low)):
                    yield self._token(int(low[place]), int(high[place]), width, decoded)
        yield from self._decimals(among)
        for number, (start, stop) in self._stretches:
            data = self._buffers[number]
            if stop - start >= KEY and not data[start:stop].isascii():
                for at in _raw(data, start, stop, among):
                    end = min(at + LONGEST, len(data))
                    yield Token(number, (at, end), data[at:end], 1, len(data) == KEY)

    def whole(self, sizes: frozenset[int]) -> Iterator[Token]:
        """Hex of so many bytes, with no letter or digit beside it."""
        low, high = self._long(HEX, 2 * min(sizes))
        lengths = high - low
        for place in np.flatnonzero(np.isin(lengths, [2 * size for size in sizes])):
            token = self._token(int(low[place]), int(high[place]), HEX_WIDTH, _hex_bytes)
            if token.whole:
                yield token

    def _token(self, start: int, end: int, width: float, decoded: Decoded) -> Token:
        stretch = int(np.searchsorted(self._starts, start, side="right")) - 1
        number, (low, _) = self._stretches[stretch]
        data, move = self._buffers[number], low - int(self._starts[stretch])
        span = start + move, end + move
        beside = data[max(span[0] - 1, 0) : span[0]] + data[span[1] : span[1] + 1]
        whole = beside.translate(None, WORDS) == beside and not (width == HEX_WIDTH and (end - start) % 2)
        return Token(number, span, decoded(data[slice(*span)]), width, whole)

    def _long(self, alphabet: bytes, fewest: int) -> tuple[Places, Places]:
        """Where each run of these letters begins and ends, if it is long enough."""
        if alphabet not in self._runs:
            inside = np.frombuffer(b"\0" + self._joined.translate(_marks(alphabet)) + b"\0", dtype=np.int8)
            edges = np.flatnonzero(inside[1:] != inside[:-1])
            self._runs[alphabet] = edges[0::2], edges[1::2]
        low, high = self._runs[alphabet]
        enough = high - low >= fewest
        return low[enough], high[enough]

    def _glued(self, low: Places, high: Places, alphabet: bytes, fewest: int) -> tuple[Places, Places]:
        """Also where a run goes on after a mark that is a letter of base64: `sha256-…`, `/path/…`."""
        marks = alphabet.translate(None, WORDS)
        if not marks or not len(low):
            return low, high
        after = np.flatnonzero(np.isin(self._there, np.frombuffer(marks, dtype=np.uint8))) + 1
        run = np.searchsorted(low, after, side="right") - 1
        inside = (run >= 0) & (high[run] - after >= fewest)
        return np.concatenate((low, after[inside])), np.concatenate((high, high[run[inside]]))

    def _decimals(self, among: Callable[[Keys], Places]) -> Iterator[Token]:
        """64-bit numbers as programs print them, with or without a sign."""
        low, high = self._long(DIGITS, FEWEST_DECIMAL)
        for length in range(FEWEST_DECIMAL, MOST_DECIMAL + 1):
            starts = low[high - low == length]
            if not len(starts):
                continue
            digits = (self._there[starts[:, None] + np.arange(length)] - ord("0")).astype(np.uint64)
            powers = np.array([10**place for place in range(length - 1, -1, -1)], dtype=np.uint64)
            values = (digits * powers).sum(axis=1, dtype=np.uint64)
            for sign, keys in ((0, values), (1, -values)):
                for place in among(keys.astype(">u8").view("<u8")):
                    start = int(starts[place])
                    if not sign or self._joined[start - 1 : start] == b"-":
                        yield self._token(start - sign, start + length, 0, _decimal_bytes)


@cache
def _marks(alphabet: bytes) -> bytes:
    return bytes(byte in alphabet for byte in range(256))


def _of_hex(there: NDArray[np.uint8], low: Places) -> Keys:
    digits = NIBBLES[there[low[:, None] + np.arange(2 * KEY)]]
    return np.ascontiguousarray(digits[:, 0::2] << 4 | digits[:, 1::2]).view("<u8")[:, 0]


def _of_base64(there: NDArray[np.uint8], low: Places) -> Keys:
    sextets = SEXTETS[there[low[:, None] + np.arange(11)]]
    shifts = np.array([*range(58, 0, -6)], dtype=np.uint64)
    value = (sextets[:, :10] << shifts).sum(axis=1, dtype=np.uint64) | sextets[:, 10] >> np.uint64(2)
    return np.asarray(value.astype(">u8").view("<u8"))


def _raw(data: bytes, low: int, high: int, among: Callable[[Keys], Places]) -> Iterator[int]:
    for start in range(low, high - KEY + 1, CHUNK):
        count = min(CHUNK, high - KEY + 1 - start)
        windows: Keys = np.ndarray((count,), dtype="<u8", buffer=data, offset=start, strides=(1,))
        yield from (start + int(place) for place in among(windows))


def _decimal_bytes(run: bytes) -> bytes:
    value = int(run)
    return (value % (1 << 64)).to_bytes(KEY, "big") if -(1 << 63) <= value < 1 << 64 else b""


def _hex_bytes(run: bytes) -> bytes:
    return bytes.fromhex(run[: len(run) // 2 * 2].decode("ascii"))


def _base64_bytes(run: bytes) -> bytes:
    letters = run[: len(run) - (len(run) % 4 == 1)]
    return base64.b64decode(
        letters + b"=" * (-len(letters) % 4), altchars=None if b"+" in run or b"/" in run else b"-_"
    )


TEXTUAL: tuple[tuple[bytes, int, float, Callable[[NDArray[np.uint8], Places], Keys], Decoded], ...] = (
    (HEX, 2 * KEY, HEX_WIDTH, _of_hex, _hex_bytes),
    (WORDS + b"+/", 11, 4 / 3, _of_base64, _base64_bytes),
    (WORDS + b"-_", 11, 4 / 3, _of_base64, _base64_bytes),
)
"""Of each spelling: its letters, the fewest of 8 bytes, letters a byte, and how it is read."""
