"""Bytes written as hexadecimal digits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Codec, Layer
from backtalk.decode.reading import makes_sense
from backtalk.model.decoding import Opaque, Span, Value

RUN = re.compile(rb"(?<![0-9A-Fa-f])[0-9A-Fa-f]{8,}")
BINARY = 20
"""Digits from which on a run is decoded to bytes that may not be text."""


class Hex(Codec):
    ID: ClassVar[str] = "hex"
    PATTERNS: ClassVar[tuple[str, ...]] = (r"[0-9A-Fa-f]{8}",)
    REFERENCES: ClassVar[tuple[str, ...]] = ("RFC 4648, section 8",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "runs under 8 digits",
        "digits with separators",
        "runs under 20 digits that hold neither text nor compressed data",
    )
    TEXT: ClassVar[bool] = True
    TOKEN: ClassVar[bool] = True

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        del meter
        for low, high in free:
            for match in RUN.finditer(buffer.data, low, high):
                readings = self._readings(buffer.data, *match.span())
                sensible = [layer for layer in readings if makes_sense(layer.data)]
                if sensible or len(match[0]) >= BINARY:
                    yield (sensible or readings)[0]

    def _readings(self, data: bytes, start: int, end: int) -> list[Layer]:
        """The run as bytes; an odd one without its last or its first digit."""
        spans = [(start, end)] if (end - start) % 2 == 0 else [(start, end - 1), (start + 1, end)]
        return [Layer(span=span, data=bytes.fromhex(data[slice(*span)].decode())) for span in spans]

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        del params
        return bytes.fromhex(data[slice(*span)].decode("ascii"))
