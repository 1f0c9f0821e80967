"""Base64, standard and URL-safe, padded or not, in one run or wrapped in lines."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Codec, Layer
from backtalk.decode.reading import MAGICS, is_text, makes_sense
from backtalk.model.decoding import Opaque, Span, Value

RUN = re.compile(rb"[A-Za-z0-9+/_-]{8,}={0,2}")
PIECES = (re.compile(rb"[A-Za-z0-9+/]{8,}={0,2}"), re.compile(rb"[A-Za-z0-9_-]{8,}={0,2}"))
WRAPPED = re.compile(rb"(?:(?:[A-Za-z0-9+/]{4}){8,}\r?\n)+(?:[A-Za-z0-9+/]{2,}={0,2})?")
STANDARD = bytes.maketrans(b"-_", b"+/")
LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"
SHIFTED = 24
"""Letters from which on a run is also tried 1, 2 and 3 letters late: text then is no accident."""
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


class Base64(Codec):
    ID: ClassVar[str] = "base64"
    PATTERNS: ClassVar[tuple[str, ...]] = (r"[A-Za-z0-9+/_-]{8}",)
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
        senseless: set[bytes] = set()  # words that recur, as keys do
        for low, high in free:
            at = low
            if b"\n" in data:
                for match in WRAPPED.finditer(data, low, high):
                    yield from self._runs(data, at, match.start(), senseless)
                    yield self._layer(data, *match.span())
                    at = match.end()
            yield from self._runs(data, at, high, senseless)

    def _runs(self, data: bytes, low: int, high: int, senseless: set[bytes]) -> Iterator[Layer]:
        for match in RUN.finditer(data, low, high):
            if match[0] in senseless:
                continue
            start, end = match.span()
            whole = self._layer(data, start, end)
            if is_text(whole.data):
                yield whole
                continue
            pieces = self._pieces(data, start, end)
            yield from pieces
            mixed = not (match[0].islower() or match[0].isupper() or match[0].isdigit())
            if whole.data.startswith(MAGICS) or (mixed and end - start >= BINARY):
                yield whole  # pieces of it may make sense by chance
            elif not pieces:
                senseless.add(match[0])

    def _pieces(self, data: bytes, start: int, end: int) -> list[Layer]:
        """Sensible base64 within a run, between the other alphabet's letters or after a prefix: the most of it."""
        best: list[Layer] = []
        for alphabet in PIECES:
            spans = [match.span() for match in alphabet.finditer(data, start, end)]
            best = max(best, self._sensible(data, [span for span in spans if span != (start, end)]), key=_bytes)
        if end - start >= SHIFTED:
            for shift in (1, 2, 3):
                best = max(best, self._sensible(data, [(start + shift, end)]), key=_bytes)
        return best

    def _sensible(self, data: bytes, spans: list[Span]) -> list[Layer]:
        layers = [self._layer(data, *span) for span in spans]
        return [layer for layer in layers if makes_sense(layer.data)]

    def _layer(self, data: bytes, start: int, end: int) -> Layer:
        """The run as a layer; a last letter that no base64 has is left out."""
        packed = data[start:end]
        letters = len(packed.translate(None, b"\r\n=")) if b"\n" in packed else len(packed.rstrip(b"="))
        if letters % 4 == 1:
            end = start + len(packed.rstrip(b"=\r\n")) - 1
        return Layer(span=(start, end), data=decoded(data[start:end]))

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        del params
        return decoded(data[slice(*span)])


def _bytes(layers: list[Layer]) -> int:
    return sum(len(layer.data) for layer in layers)
