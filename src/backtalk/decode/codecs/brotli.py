"""Brotli, which has no magic: believed when it ends on the last byte and gives sense."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

import brotli

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Codec, Layer
from backtalk.decode.streams import LARGEST_REPLAY, believed_whole
from backtalk.model.decoding import Opaque, Span, Value


class Brotli(Codec):
    ID: ClassVar[str] = "brotli"
    REFERENCES: ClassVar[tuple[str, ...]] = ("RFC 7932",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "streams that are cut short",
        "streams that do not fill the whole buffer",
        "streams under 64 bytes, or that do not compress, which hold neither text nor data with a magic",
        "bombs over the budget",
    )

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        span = (0, len(buffer.data))
        if list(free) != [span]:
            return
        limit = meter.allowance
        inside, whole = decompressed(buffer.data, limit)
        if whole and believed_whole(span[1], inside):
            yield Layer(span=span, data=inside)
        else:
            meter.cut = meter.cut or (not whole and len(inside) == limit)
            meter.spend(1, max(span[1], len(inside)))

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        del params
        inside, whole = decompressed(data[slice(*span)], LARGEST_REPLAY)
        if not whole:
            raise ValueError("not a whole brotli stream")
        return inside


def decompressed(data: bytes, limit: int) -> tuple[bytes, bool]:
    """What a stream gives up to `limit` bytes, and whether it ended there on its last byte."""
    machine = brotli.Decompressor()
    out = bytearray()
    try:
        out += machine.process(data, output_buffer_limit=limit + 1)
        while len(out) <= limit and not machine.is_finished() and not machine.can_accept_more_data():
            out += machine.process(b"", output_buffer_limit=limit + 1 - len(out))
    except brotli.error:
        return bytes(out[:limit]), False
    return bytes(out[:limit]), machine.is_finished() and len(out) <= limit
