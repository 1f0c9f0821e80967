"""Protocol Buffers without their schema: what parses to the last byte and is no chance."""

from __future__ import annotations

from math import log2
from typing import ClassVar

from backtalk.decode.codecs.records import MOST_FIELDS, Field, NotRecordsError, Parsed, Records, text_bits

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
LARGEST_FIELD = (1 << 29) - 1
DEEPEST = 24
LARGE = 1 << 14
UNUSUAL, DESCENDING = 6.0, 3.0
"""Bits that speak against messages: numbers that hardly any schema has, and fields out of their order."""
SUBMESSAGE, SHORT_SUBMESSAGE, SHORT = 14.0, 4.0, 16
"""Bits that make bytes within a message a message; less for those that are too short to hold a secret."""


def varint(data: bytes, at: int, end: int) -> tuple[int, int]:
    """A base-128 number and where it ends; NotRecordsError for one that is longer than it need be."""
    value = shift = 0
    while at < end and shift < 70:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            if value >> 64 or (shift and not byte):
                break
            return value, at
        shift += 7
    raise NotRecordsError("no varint")


class Message:
    """One reading of a message, with all within it."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.fields: list[Field] = []
        self.read = 0

    def fill(self, start: int, end: int, path: str, depth: int = 0) -> float:
        """Read a message; the bits that tell it from chance. NotRecordsError when it is none."""
        at, bits, before = start, 0.0, 0
        while at < end:
            self.read += 1
            tag, at = varint(self.data, at, end)
            number, wire = tag >> 3, tag & 7
            if not 0 < number <= LARGEST_FIELD or self.read > MOST_FIELDS:
                raise NotRecordsError("no field")
            bits += 2.0 if number < 16 else 1.0 if number < 256 else 0.0 if number < LARGE else -UNUSUAL
            bits += 2.0 if before <= number <= before + 2 else 0.0 if before < number else -DESCENDING
            before = number
            name = f"{path}.{number}" if path else str(number)
            if wire == VARINT:
                value, stop = varint(self.data, at, end)
                bits += 1.0 if stop == at + 1 else 0.0
                self.fields.append(Field((at, stop), name, str(value)))
            elif wire == BYTES:
                size, low = varint(self.data, at, end)
                stop = low + size
                if stop > end:
                    raise NotRecordsError("bytes end early")
                room = log2(end - low + 1)
                bits += max(8.0 - room, 0.0) + (min(room, 8.0) if stop == end else 0.0)
                bits += self._bytes(low, stop, name, depth)
            elif wire in {FIXED64, FIXED32}:
                stop = at + (8 if wire == FIXED64 else 4)
                if stop > end:
                    raise NotRecordsError("number ends early")
                self.fields.append(Field((at, stop), name, str(int.from_bytes(self.data[at:stop], "little"))))
            else:
                raise NotRecordsError("no such wire type")
            at = stop
        return bits

    def _bytes(self, start: int, end: int, name: str, depth: int) -> float:
        """Text, a message, or bytes."""
        if start == end:
            self.fields.append(Field((start, end), name, ""))
            return 0.0
        value = self.data[start:end]
        text = text_bits(value)
        if (text is None or value[0] in b"\n\r\t") and depth < DEEPEST:
            kept = len(self.fields)
            try:
                bits = self.fill(start, end, name, depth + 1)
            except NotRecordsError:
                bits = 0.0
            if bits >= (SUBMESSAGE if end - start >= SHORT else SHORT_SUBMESSAGE):
                return bits
            del self.fields[kept:]
        self.fields.append(Field((start, end), name))
        return text or 0.0


class Protobuf(Records):
    ID: ClassVar[str] = "protobuf"
    SHAPE: ClassVar[str] = "protobuf"
    REFERENCES: ClassVar[tuple[str, ...]] = ("Protocol Buffers, Encoding (protobuf.dev/programming-guides/encoding)",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "groups",
        "messages that are printable text as a whole, which are read as text",
        "messages so short that random bytes look alike, which are searched as they stand",
        "packed repeated numbers are bytes",
        "which fields are signed, floating or enumerated",
    )

    def parse(self, data: bytes) -> Parsed:
        message = Message(data)
        bits = message.fill(0, len(data), "")
        return Parsed(message.fields, bits)
