"""lz-string in bytes, or in UTF-16 units that are no text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Codec, Layer
from backtalk.decode.codecs.letters import sensible
from backtalk.decode.codecs.lzstring import COST, FIRST, LONGEST, unpacked, utf8, wide_units
from backtalk.model.decoding import Opaque, Span, Value


class LzBytes(Codec):
    ID: ClassVar[str] = "lz-string-bytes"
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
            return utf8(unpacked(_beginning(wide_units(packed), 16), 16))
        return utf8(unpacked(_beginning(packed, 8), 8))


def _beginning(units: Sequence[int], width: int) -> Sequence[int]:
    """The units, when they begin with a letter of eight bits in ASCII; ValueError, at once, when not."""
    bits = "".join(format(unit, f"0{width}b") for unit in units[:2])
    if bits[:2] != "00" or int(bits[2:10][::-1], 2) not in FIRST:
        raise ValueError("not lz-string")
    return units
