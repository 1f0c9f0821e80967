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
                start, end = match.span()
                for shift in (0, 1) if (end - start) % 2 else (0,):
                    span = (start + shift, end - (end - start - shift) % 2)
                    inside = bytes.fromhex(buffer.data[slice(*span)].decode())
                    if makes_sense(inside) or (end - start >= BINARY and not shift):
                        yield Layer(span=span, data=inside)
                        break

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        del params
        return bytes.fromhex(data[slice(*span)].decode("ascii"))
