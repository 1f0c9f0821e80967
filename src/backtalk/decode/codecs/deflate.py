"""Raw DEFLATE, which has no magic: believed by the sense it gives, or by a checksum that follows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar
from zlib import adler32, crc32

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Codec, Layer
from backtalk.decode.codecs.records import text_bits
from backtalk.decode.inflate import RAW, inflate
from backtalk.decode.streams import LARGEST_REPLAY, believed_whole
from backtalk.model.decoding import Opaque, Span, Value

ENOUGH, LEAST_UNENDED = 48.0, 24
"""Bits of text that an unended stream must give, and its bytes: it has neither end nor checksum to show for itself,
and one of 16 random bytes repeats itself to such a text once in 50,000 times."""


class Deflate(Codec):
    ID: ClassVar[str] = "deflate"
    SHAPE: ClassVar[str] = "deflate"
    REFERENCES: ClassVar[tuple[str, ...]] = ("RFC 1951",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "streams that are cut short, or flushed and not ended, which hold no text",
        "streams that do not fill the whole buffer, but for the checksum of gzip or zlib after them",
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
        elif got.end == "whole" and got.data and buffer.data[got.used :] in _checksums(got.data):
            yield Layer(span=(0, got.used), data=got.data)
        elif got.end == "short" and got.used == span[1] >= LEAST_UNENDED and _text(got.data):
            yield Layer(span=span, data=got.data, params={"complete": False})
        else:
            meter.cut = meter.cut or got.end == "full"
            meter.spend(1, max(got.used, len(got.data)))

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        got = inflate(data, *span, RAW, LARGEST_REPLAY)
        if got.end != ("whole" if params.get("complete", True) else "short") or got.used != span[1] - span[0]:
            raise ValueError("not a whole DEFLATE stream")
        return got.data


def _checksums(inside: bytes) -> tuple[bytes, bytes]:
    """What follows a stream in gzip (RFC 1952, section 2.3.1) and in zlib (RFC 1950, section 2.2)."""
    length = (len(inside) & 0xFFFFFFFF).to_bytes(4, "little")
    return crc32(inside).to_bytes(4, "little") + length, adler32(inside).to_bytes(4, "big")


def _text(inside: bytes) -> bool:
    """Whether all of it is text, a last letter that may be cut aside."""
    return any((text_bits(inside[: len(inside) - cut]) or 0.0) >= ENOUGH for cut in range(4))
