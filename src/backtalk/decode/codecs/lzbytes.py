"""lz-string in bytes, or in UTF-16 units that are no text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import ClassVar

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Codec, Layer
from backtalk.decode.codecs.letters import sensible
from backtalk.decode.codecs.lzstring import COST, FIRST, LONGEST, PREFIX, NoEndError, bits_of, unpacked, utf8
from backtalk.model.decoding import Opaque, Span, Value


class LzBytes(Codec):
    ID: ClassVar[str] = "lz-string-bytes"
    SHAPE: ClassVar[str] = "lz-string"
    REFERENCES: ClassVar[tuple[str, ...]] = ("lz-string 1.5 (compress, compressToUint8Array)",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "streams that do not fill the whole buffer, or over 256 KiB",
        "texts that begin with a letter outside ASCII, or hold under nine letters",
    )

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        span = (0, len(buffer.data))
        if list(free) != [span]:
            return
        for variant in ("bytes", "units"):
            try:
                inside = self.undo(buffer.data, span, {"variant": variant})
            except ValueError:
                continue
            if sensible(inside) and meter.spend(1, COST * span[1]):
                yield Layer(span=span, data=inside, params={"variant": variant})
                return

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        packed = data[slice(*span)]
        if not 6 <= len(packed) <= LONGEST:
            raise ValueError("too long or too short")
        if params.get("variant") == "units":
            units = packed.decode("utf-8", "surrogatepass").encode("utf-16-be", "surrogatepass")
            return utf8(unpacked(_bits(units)))
        return utf8(unpacked(_bits(packed)))


def _bits(packed: bytes) -> str:
    """The bits, when they begin with a letter of eight bits in ASCII; ValueError, at once, when not."""
    beginning = bits_of(packed[:2])
    if beginning[:2] != "00" or int(beginning[2:10][::-1], 2) not in FIRST:
        raise ValueError("not lz-string")
    if len(packed) > PREFIX:
        with suppress(NoEndError):
            unpacked(bits_of(packed[:PREFIX]))
    return bits_of(packed)
