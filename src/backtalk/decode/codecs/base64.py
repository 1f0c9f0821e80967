"""Base64, standard and URL-safe, padded or not, in one run or wrapped in lines."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import ClassVar

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Codec, Layer
from backtalk.decode.reading import MAGICS, READ, is_text, makes_sense
from backtalk.decode.spans import common, size
from backtalk.model.decoding import Opaque, Span, Value

PIECES = (re.compile(rb"[A-Za-z0-9+/]{8,}"), re.compile(rb"[A-Za-z0-9_-]{8,}"))
PADDING = re.compile(rb"={0,2}")
LINE_ENDS = (b"\r", b"\n")
WRAPPED = re.compile(rb"(?:(?:[A-Za-z0-9+/]{4}){8,}\r?\n)+(?:[A-Za-z0-9+/]{4})*+(?:[A-Za-z0-9+/]{2,3}={0,2})?")
STANDARD = bytes.maketrans(b"-_", b"+/")
LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"
SHIFTED = 24
"""Letters from which on a run is also tried 1, 2 and 3 letters late: text then is no accident."""
SHORTEST, LONG, RECURRING = 8, 64, 256
"""Letters of the shortest run, of a piece that matters in a large run, and of runs that may recur."""
CERTAIN = (b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd")
"""How compressed data begins that says so in at least 24 bits."""
BINARY = 16
"""Letters from which on a run with letters of both cases is decoded to bytes that may not be text."""


def decoded(packed: bytes) -> bytes:
    """The bytes that base64 letters stand for; ValueError when they are none."""
    letters = packed.translate(STANDARD, b"\r\n").rstrip(b"=")
    if letters.translate(None, LETTERS):
        raise ValueError("not base64")
    if len(letters) % 4 == 1:
        raise ValueError("no base64 has this length")
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def holds_sense(run: bytes) -> bool:
    """Whether a run of base64 letters decodes to text or compressed data."""
    letters = run.rstrip(b"=")
    return makes_sense(decoded(letters[:-1] if len(letters) % 4 == 1 else letters))


@lru_cache(maxsize=1 << 13)
def readings(run: bytes) -> tuple[Span, ...]:
    """Which letters of a run without padding are worth opening."""
    if len(run) < SHORTEST:
        return ()
    whole = _whole(0, len(run))
    inside = decoded(run[slice(*whole)])
    if inside.startswith(CERTAIN) or is_text(inside):
        return (whole,)
    pieces = _pieces(run)
    mixed = not (run.islower() or run.isupper() or run.isdigit())
    if inside.startswith(MAGICS) or (mixed and len(run) >= BINARY):
        return (*pieces, whole)  # pieces of it may make sense by chance
    return pieces


def _whole(start: int, end: int) -> Span:
    """The letters without a last one that no base64 has."""
    return start, end - ((end - start) % 4 == 1)


def _pieces(run: bytes) -> tuple[Span, ...]:
    """Sensible base64 within a run, between the other alphabet's letters or after a prefix: the most of it."""
    length = len(run)
    tried = [[match.span() for match in alphabet.finditer(run)] for alphabet in PIECES]
    if length >= SHIFTED:
        tried += [[(shift, length)] for shift in (1, 2, 3)]
    best: list[Span] = []
    for spans in tried:
        sensible = [
            _whole(*span)
            for span in spans
            if span != (0, length) and (length <= RECURRING or span[1] - span[0] >= LONG) and _sensible(run, *span)
        ]
        best = max(best, sensible, key=size)
    return tuple(best)


def _sensible(run: bytes, start: int, end: int) -> bool:
    """Whether letters make sense; of many, the first ones tell."""
    return makes_sense(decoded(run[slice(*_whole(start, min(end, start + RECURRING)))]))


class Base64(Codec):
    ID: ClassVar[str] = "base64"
    PATTERNS: ClassVar[tuple[str, ...]] = (READ,)
    REFERENCES: ClassVar[tuple[str, ...]] = ("RFC 4648, sections 4 and 5", "RFC 2045, section 6.8")
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "runs under 8 letters",
        "runs that hold no text and are under 16 letters, or have letters of one case",
        "URL-safe letters wrapped in lines",
        "other alphabets",
    )
    TEXT: ClassVar[bool] = True
    TOKEN: ClassVar[bool] = True

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        del meter
        data = buffer.data
        done = 0
        for start, end in common(buffer.tokens.base64, free):
            if start < done:
                continue
            wrapped = WRAPPED.match(data, start + (end - start) % 4) if data[end : end + 1] in LINE_ENDS else None
            if wrapped:
                done = wrapped.end()
                span = wrapped.start(), done
                yield Layer(span=span, data=decoded(data[slice(*span)]))
                continue
            run = data[start:end]
            for low, high in readings(run) if len(run) <= RECURRING else readings.__wrapped__(run):
                padded = PADDING.match(data, start + high).end() if start + high == end else start + high  # type: ignore[union-attr]
                yield Layer(span=(start + low, padded), data=decoded(run[low:high]))

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        del params
        return decoded(data[slice(*span)])
