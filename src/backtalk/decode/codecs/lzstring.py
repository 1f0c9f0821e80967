"""lz-string, as browsers' scripts pack storage and telemetry: in base64, in URLs, in wide letters."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Codec, Layer
from backtalk.decode.codecs.letters import sensible, within
from backtalk.model.decoding import Opaque, Span, Value

STANDARD = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
PREFIX = 48
"""Letters that are tried before all of a long text is: chance seldom gets that far."""
WIDE = re.compile(rb'(?:\A|(?<="))[^"\\]{12,}(?="|\Z)')
WIDE_LETTERS = r"(?:[\xe0-\xe8][\x80-\xbf]{2}[\x20-\x7e]?){4}"
DENSE = re.compile(WIDE_LETTERS.encode())
"""Four wide letters, as text in the wide spelling holds."""
SHIFT = 32
"""What the wide spelling adds to its 15 bits, so that its letters can be printed."""
LONGEST = 1 << 18
LARGEST = 1 << 24
COST = 16
"""What a packed letter is charged against the budget: they are read bit by bit."""
EIGHT_BITS, SIXTEEN_BITS, END = 0, 1, 2
FIRST = frozenset(range(0x20, 0x7F)) | {9, 10, 13}


class NoEndError(ValueError):
    """The units end before the text does."""


class Bits:
    """A string of bits, numbers in it with their lowest bit first."""

    def __init__(self, bits: str) -> None:
        self.bits = bits
        self.at = 0

    def take(self, width: int) -> int:
        """The next number; NoEndError past the end."""
        at = self.at
        self.at += width
        if self.at > len(self.bits):
            raise NoEndError("no end")
        return int(self.bits[at : self.at][::-1], 2)

    @property
    def over(self) -> bool:
        """Whether nothing follows but filling of less than two units."""
        rest = self.bits[self.at :]
        return len(rest) < 32 and "1" not in rest


def bits_of(packed: bytes) -> str:
    """Bytes as bits, the highest first."""
    return format(int.from_bytes(packed, "big"), f"0{8 * len(packed)}b")


def unpacked(packed: str) -> str:
    """The text that lz-string packed in those bits; ValueError when it is none up to its end."""
    bits = Bits(packed)
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


def plausible(packed: bytes) -> bool:
    """Whether the first letters unpack."""
    try:
        unpacked(_letters(packed[:PREFIX]))
    except NoEndError:
        return True
    except ValueError:
        return False
    return len(packed) <= PREFIX


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
    MARKS: ClassVar[tuple[str, ...]] = ("wide",)
    RUNS: ClassVar[str] = "lzstring"
    REFERENCES: ClassVar[tuple[str, ...]] = ("lz-string 1.5 (compressToBase64, …ToEncodedURIComponent, …ToUTF16)",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "runs under 16 letters, or over 256 Ki",
        "texts that begin with a letter outside ASCII, or hold under nine letters",
        "streams that are cut short",
    )
    TEXT: ClassVar[bool] = True
    TOKEN: ClassVar[bool] = True

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        data = buffer.data
        for start, end in buffer.runs.lzstring:
            if within((start, end), free) and plausible(data[start:end]):
                yield from self._layer(data, (start, end), "letters", meter)
        if "wide" in buffer.marks.kinds:
            spans = {span for span in free if span == (0, len(data))}
            found = (match for span in free for match in WIDE.finditer(data, *span))
            spans.update(match.span() for match in found if DENSE.search(match[0]))
            for span in sorted(spans):
                yield from self._layer(data, span, "wide", meter)

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
            return utf8(unpacked(_letters(packed)))
        units = wide_units(packed)
        if units and (units[0] - SHIFT) >> 13 == 0:
            return utf8(unpacked("".join(format(max(unit - SHIFT, 0) & 0x7FFF, "015b") for unit in units)))
        raise ValueError("not lz-string")


def _letters(packed: bytes) -> str:
    """The bits of letters, six each."""
    letters = packed.replace(b"-", b"/")
    if letters.translate(None, STANDARD):
        raise ValueError("not a letter of lz-string")
    return bits_of(binascii.a2b_base64(letters + b"A" * (-len(letters) % 4)))[: 6 * len(letters)]
