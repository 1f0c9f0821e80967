"""lz-string, as browsers' scripts pack storage and telemetry: in base64, in URLs, in wide letters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import ClassVar

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Codec, Layer
from backtalk.decode.codecs.letters import MIXED, sensible, within, words
from backtalk.model.decoding import Opaque, Span, Value

STANDARD = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
VALUES = {**{letter: number for number, letter in enumerate(STANDARD)}, ord("-"): 63}
SIGNS = (b"+/", b"+-")
"""What the two spellings in ASCII are written with, besides letters and digits."""
WIDE = re.compile(rb'(?:\A|(?<="))[^"\\]{12,}(?="|\Z)')
SHIFT = 32
"""What the wide spelling adds to its 15 bits, so that its letters can be printed."""
LONGEST = 1 << 18
LARGEST = 1 << 24
COST = 16
"""What a packed letter is charged against the budget: they are read bit by bit."""
EIGHT_BITS, SIXTEEN_BITS, END = 0, 1, 2
FIRST = frozenset(range(0x20, 0x7F)) | {9, 10, 13}
FIRST_OF = {
    bytes((high, low)): int(f"{left:06b}{right:06b}"[2:10][::-1], 2)
    for high, left in VALUES.items()
    for low, right in VALUES.items()
    if left < 16
}
"""The letter, of eight bits, that two letters of base64 begin with."""


class Bits:
    """A string of bits, numbers in it with their lowest bit first."""

    def __init__(self, units: Iterable[int], width: int) -> None:
        self.bits = "".join(format(unit, f"0{width}b") for unit in units)
        self.at = 0

    def take(self, width: int) -> int:
        """The next number; ValueError past the end."""
        at = self.at
        self.at += width
        if self.at > len(self.bits):
            raise ValueError("no end")
        return int(self.bits[at : self.at][::-1], 2)

    @property
    def over(self) -> bool:
        """Whether nothing follows but filling of less than two units."""
        rest = self.bits[self.at :]
        return len(rest) < 32 and "1" not in rest


def unpacked(units: Iterable[int], width: int) -> str:
    """The text that lz-string packed in units of that many bits; ValueError when it is none up to its end."""
    bits = Bits(units, width)
    first = bits.take(2)
    if first >= END:
        raise ValueError("nothing in it")
    previous = chr(bits.take(16 if first else 8))
    known = ["", "", "", previous]
    out = [previous]
    size, room, count = 3, 4, 1
    while True:
        code = bits.take(size)
        if code == END:
            if not bits.over:
                raise ValueError("something follows the end")
            return "".join(out)
        if code in {EIGHT_BITS, SIXTEEN_BITS}:
            known.append(chr(bits.take(16 if code else 8)))
            code = len(known) - 1
            room -= 1
            if not room:
                room, size = 1 << size, size + 1
        if code > len(known) or count > LARGEST:
            raise ValueError("no such entry")
        entry = known[code] if code < len(known) else previous + previous[0]
        out.append(entry)
        count += len(entry)
        known.append(previous + entry[0])
        previous = entry
        room -= 1
        if not room:
            room, size = 1 << size, size + 1


def utf8(text: str) -> bytes:
    """The text, whose letters are UTF-16 units, in UTF-8."""
    return (
        text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass").encode("utf-8", "surrogatepass")
    )


def wide_units(text: bytes) -> Sequence[int]:
    """The UTF-16 units of text in UTF-8; ValueError when it is none."""
    units = text.decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass")
    return memoryview(units).cast("H").tolist()


class LzString(Codec):
    ID: ClassVar[str] = "lz-string"
    PATTERNS: ClassVar[tuple[str, ...]] = (MIXED, r"(?:[\xe0-\xe8][\x80-\xbf]{2}[\x20-\x7e]?){4}")
    REFERENCES: ClassVar[tuple[str, ...]] = ("lz-string 1.5 (compressToBase64, …ToEncodedURIComponent, …ToUTF16)",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "runs under 12 letters, or over 256 Ki",
        "texts that begin with a letter outside ASCII, or hold under nine letters",
        "streams that are cut short",
    )
    TEXT: ClassVar[bool] = True
    TOKEN: ClassVar[bool] = True

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        runs = {run for signs in SIGNS for run in words(buffer.data, signs)}
        for start, packed in sorted(runs):
            span = (start, start + len(packed))
            if _first(packed) in FIRST and within(span, free):
                yield from self._layer(buffer.data, span, "letters", meter)
        if not buffer.data.isascii():
            for low, high in free:
                for match in WIDE.finditer(buffer.data, low, high):
                    yield from self._layer(buffer.data, match.span(), "wide", meter)

    def _layer(self, data: bytes, span: Span, variant: str, meter: Meter) -> Iterator[Layer]:
        params: dict[str, Value] = {"variant": variant}
        try:
            inside = self.undo(data, span, params)
        except ValueError:
            return
        if sensible(inside) and meter.spend(1, COST * (span[1] - span[0])):
            yield Layer(span=span, data=inside, params=params)

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        packed = data[slice(*span)]
        if len(packed) > LONGEST:
            raise ValueError("too long")
        if params.get("variant") == "letters":
            return utf8(unpacked(_letters(packed), 6))
        units = wide_units(packed)
        if units and (units[0] - SHIFT) >> 13 == 0:
            return utf8(unpacked([max(unit - SHIFT, 0) & 0x7FFF for unit in units], 15))
        raise ValueError("not lz-string")


def _letters(packed: bytes) -> list[int]:
    try:
        return [VALUES[letter] for letter in packed]
    except KeyError as error:
        raise ValueError("not a letter of lz-string") from error


def _first(packed: bytes) -> int:
    """The first letter of what was packed, when it is written in eight bits."""
    return FIRST_OF.get(packed[:2], -1)
