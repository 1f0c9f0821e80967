"""gRPC and gRPC-web frames."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Layer, Leaf, Structure
from backtalk.model.decoding import Opaque, Span, Value

HEADER = struct.Struct(">BI")
COMPRESSED, TRAILERS = 0x01, 0x80
MOST_EMPTY = 8
"""Messages without a byte that a stream may hold: zeros look like many."""
SHORTEST = 12
"""Bytes of frames that are no chance."""


class Grpc(Structure):
    ID: ClassVar[str] = "grpc"
    PATTERNS: ClassVar[tuple[str, ...]] = (r"^[\x00\x01\x80\x81][\x00-\x03]",)
    REFERENCES: ClassVar[tuple[str, ...]] = ("gRPC over HTTP2, Length-Prefixed-Message", "gRPC-Web, PROTOCOL-WEB.md")
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "messages over 64 MiB",
        "a last message that is cut short, unless others come before it",
        "gRPC-web text whose base64 is padded between frames is read frame by frame, each by itself",
    )

    def leaves(self, data: bytes) -> Sequence[Leaf]:
        found: list[Leaf] = []
        at = number = 0
        while at + HEADER.size <= len(data):
            flags, size = HEADER.unpack_from(data, at)
            start = at + HEADER.size
            if flags & ~(COMPRESSED | TRAILERS) or size >> 26 or (start + size > len(data) and not number):
                return ()
            at = start + size
            params: dict[str, Value] = {"frame": number}
            if flags & TRAILERS:
                params["trailers"] = True
            if size:
                found.append(Leaf(span=(start, min(at, len(data))), params=params))
            number += 1
            if number - len(found) > MOST_EMPTY:
                return ()
        return found if at >= len(data) >= SHORTEST else ()

    def open(self, packed: bytes, params: Mapping[str, Value]) -> bytes:
        del params
        return packed

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        """Every frame: what a message is shows only where it begins."""
        del meter
        yield from self.every(buffer, free)
