"""Bytes written as hexadecimal digits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import ClassVar

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Codec, Layer
from backtalk.decode.native.spans import common
from backtalk.decode.native.text import makes_sense
from backtalk.model.decoding import Opaque, Span, Value

BINARY = 20
"""Digits from which on a run is decoded to bytes that may not be text."""


@lru_cache(maxsize=1 << 12)
def best_reading(digits: bytes) -> Span | None:
    """Which of the digits are worth opening: an odd one is left out at the end or at the beginning."""
    length = len(digits)
    spans = [(0, length)] if length % 2 == 0 else [(0, length - 1), (1, length)]
    sensible = [span for span in spans if makes_sense(bytes.fromhex(digits[slice(*span)].decode()))]
    return sensible[0] if sensible else spans[0] if length >= BINARY else None


class Hex(Codec):
    ID: ClassVar[str] = "hex"
    RUNS: ClassVar[str] = "hex"
    REFERENCES: ClassVar[tuple[str, ...]] = ("RFC 4648, section 8",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "runs under 16 digits",
        "digits with separators",
        "runs under 20 digits that hold neither text nor compressed data",
    )
    TEXT: ClassVar[bool] = True
    TOKEN: ClassVar[bool] = True

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        del meter
        for start, end in common(buffer.runs.hex, free):
            span = best_reading(buffer.data[start:end])
            if span:
                low, high = start + span[0], start + span[1]
                yield Layer(span=(low, high), data=bytes.fromhex(buffer.data[low:high].decode()))

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        del params
        return bytes.fromhex(data[slice(*span)].decode("ascii"))
