"""Raw DEFLATE, which has no magic: believed when it ends on the last byte and gives sense."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Codec, Layer
from backtalk.decode.inflate import RAW, inflate
from backtalk.decode.streams import LARGEST_REPLAY, believed_whole
from backtalk.model.decoding import Opaque, Span, Value


class Deflate(Codec):
    ID: ClassVar[str] = "deflate"
    REFERENCES: ClassVar[tuple[str, ...]] = ("RFC 1951",)
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
        got = inflate(buffer.data, 0, span[1], RAW, meter.allowance)
        if got.end == "whole" and got.used == span[1] and believed_whole(span[1], got.data):
            yield Layer(span=span, data=got.data)
        else:
            meter.cut = meter.cut or got.end == "full"
            meter.spend(1, max(got.used, len(got.data)))

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        del params
        got = inflate(data, *span, RAW, LARGEST_REPLAY)
        if got.end != "whole" or got.used != span[1] - span[0]:
            raise ValueError("not a whole DEFLATE stream")
        return got.data
