"""Reading binary records from front to back: bounded, and gathering what tells them from chance."""

from __future__ import annotations

import struct

from backtalk.decode.codecs.records import MOST_FIELDS, Field, NotRecordsError, Parsed, text_bits

DEEPEST = 64
SHAPE = 8.0
"""Bits that must come from the shape of the records: texts alone are as likely in any other format."""


class Cursor:
    """A place in the bytes, the values met so far, and the bits of evidence for them."""

    def __init__(self, data: bytes, at: int = 0, end: int | None = None) -> None:
        self.data = data
        self.at = at
        self.end = len(data) if end is None else end
        self.fields: list[Field] = []
        self.bits = 0.0
        self.textual = 0.0
        self.keys = 0
        self.depth = 0
        self.read = 0

    @property
    def over(self) -> bool:
        return self.at >= self.end

    def take(self, size: int) -> bytes:
        """The next bytes; NotRecordsError when there are not as many."""
        start = self.at
        if size < 0 or start + size > self.end:
            raise NotRecordsError("ends early")
        self.read += 1
        if self.read > 4 * MOST_FIELDS:
            raise NotRecordsError("too many values")
        self.at = start + size
        return self.data[start : self.at]

    def byte(self) -> int:
        return self.take(1)[0]

    def number(self, size: int, order: str = "big") -> int:
        """An unsigned number of that many bytes."""
        return int.from_bytes(self.take(size), "big" if order == "big" else "little")

    def varint(self) -> int:
        """A base-128 number, its lowest seven bits first."""
        value = shift = 0
        while shift < 70:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
        raise NotRecordsError("no varint")

    def zigzag(self) -> int:
        """A base-128 number that may be negative."""
        value = self.varint()
        return value >> 1 ^ -(value & 1)

    def enter(self) -> None:
        """One structure deeper; NotRecordsError when that is too deep."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise NotRecordsError("too deep")

    def leave(self) -> None:
        self.depth -= 1

    def told(self, start: int, path: str, text: str, bits: float = 0.0) -> None:
        """A value from `start` to here that reads as that text."""
        self.fields.append(Field((start, self.at), path, text))
        self.bits += bits

    def blob(self, size: int, path: str, bits: float = 0.0) -> bytes:
        """Bytes that are a value; text counts for what it is."""
        start = self.at
        value = self.take(size)
        self.fields.append(Field((start, self.at), path))
        self.textual += text_bits(value) or 0.0
        self.bits += bits
        return value

    def text(self, size: int, path: str, bits: float = 0.0) -> bytes:
        """Text that is a value; NotRecordsError when it is none."""
        value = self.blob(size, path, bits)
        try:
            value.decode()
        except UnicodeDecodeError as error:
            raise NotRecordsError("no text") from error
        return value

    def name(self, size: int, bits: float = 0.0) -> bytes:
        """Text that names a value: it counts, and is no value itself."""
        value = self.take(size)
        known = text_bits(value)
        if known is None:
            raise NotRecordsError("no name")
        self.textual += known
        self.bits += bits
        self.keys += 1
        return value

    def float(self, size: int, path: str, order: str = ">", bits: float = 0.0) -> None:
        """A floating number of two, four or eight bytes."""
        start = self.at
        (value,) = struct.unpack(order + {2: "e", 4: "f", 8: "d"}[size], self.take(size))
        self.told(start, path, repr(value), bits)

    def parsed(self) -> Parsed:
        """All that was read; NotRecordsError when something is left."""
        if not self.over:
            raise NotRecordsError("something is left")
        if self.bits < SHAPE:
            raise NotRecordsError("hardly any shape")
        return Parsed(self.fields, self.bits + self.textual)
