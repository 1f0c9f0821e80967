"""Apple's binary property lists."""

from __future__ import annotations

import struct
from typing import ClassVar

from backtalk.decode.codecs.cursor import Cursor
from backtalk.decode.codecs.records import ENOUGH, MOST_FIELDS, Field, NotRecordsError, Parsed, Records, member

MAGIC = b"bplist00"
TRAILER = struct.Struct(">6xBBQQQ")
SIMPLE = {0x00: "null", 0x08: "false", 0x09: "true"}


class Plist:
    """One list: where its objects lie, and those read so far."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        if len(data) < len(MAGIC) + TRAILER.size or not data.startswith(MAGIC):
            raise NotRecordsError("no property list")
        width, self.reference, count, self.top, table = TRAILER.unpack_from(data, len(data) - TRAILER.size)
        end = table + width * count
        if not width or not self.reference or count > MOST_FIELDS or end > len(data) - TRAILER.size:
            raise NotRecordsError("no table")
        self.places = [int.from_bytes(data[at : at + width], "big") for at in range(table, end, width)]
        self.cursor = Cursor(data, 0, table)
        self.known: set[int] = set()

    def read(self, number: int, path: str) -> None:
        """Read an object and what it refers to, each once, at the path it was first met at."""
        if number in self.known or not self._go(number):
            return
        self.known.add(number)
        cursor = self.cursor
        start = cursor.at
        mark = cursor.byte()
        kind, low = mark >> 4, mark & 15
        cursor.enter()
        if kind == 0xD:
            size = self._size(low)
            keys, values = self._references(size), self._references(size)
            for key, value in zip(keys, values, strict=True):
                self.read(value, path + self._name(key))
        elif kind in {0xA, 0xB, 0xC}:
            for place, value in enumerate(self._references(self._size(low))):
                self.read(value, f"{path}[{place}]")
        else:
            self._scalar(start, kind, low, path)
        cursor.leave()

    def _go(self, number: int) -> bool:
        if number >= len(self.places):
            raise NotRecordsError("no such object")
        self.cursor.at = self.places[number]
        return True

    def _size(self, low: int) -> int:
        if low != 15:
            return low
        mark = self.cursor.byte()
        if mark >> 4 != 1:
            raise NotRecordsError("no size")
        return self.cursor.number(1 << (mark & 15))

    def _references(self, size: int) -> list[int]:
        packed = self.cursor.take(size * self.reference)
        return [int.from_bytes(packed[at : at + self.reference], "big") for at in range(0, len(packed), self.reference)]

    def _name(self, number: int) -> str:
        """A key, which is a text, as a piece of a path."""
        self._go(number)
        self.known.add(number)
        mark = self.cursor.byte()
        if mark >> 4 == 5:
            return member(self.cursor.take(self._size(mark & 15)))
        if mark >> 4 == 6:
            return member(self.cursor.take(2 * self._size(mark & 15)).decode("utf-16-be", "replace").encode())
        raise NotRecordsError("no key")

    def _scalar(self, start: int, kind: int, low: int, path: str) -> None:
        cursor = self.cursor
        if kind == 0 and low in SIMPLE:
            cursor.told(start, path, SIMPLE[low])
        elif kind == 1:
            cursor.told(start, path, str(cursor.number(1 << low)))
        elif kind in {2, 3} and low in {1, 2, 3}:
            cursor.float(1 << low, path)
        elif kind in {4, 5}:
            cursor.blob(self._size(low), path)
        elif kind == 6:
            size = 2 * self._size(low)
            cursor.told(start, path, cursor.take(size).decode("utf-16-be", "replace"))
        elif kind == 8:
            cursor.told(start, path, str(cursor.number(low + 1)))
        else:
            raise NotRecordsError("no such object")


class BinaryPlist(Records):
    ID: ClassVar[str] = "bplist"
    PATTERNS: ClassVar[tuple[str, ...]] = ("^bplist00",)
    REFERENCES: ClassVar[tuple[str, ...]] = ("Apple, CFBinaryPList.c",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "lists that do not fill the buffer, or are cut short",
        "an object that several others refer to is named by the first",
    )

    def parse(self, data: bytes) -> Parsed:
        plist = Plist(data)
        plist.read(plist.top, "$")
        fields: list[Field] = []
        for field in sorted(plist.cursor.fields, key=lambda field: field.span):
            if fields and field.span[0] < fields[-1].span[1]:
                raise NotRecordsError("objects overlap")
            fields.append(field)
        return Parsed(fields, ENOUGH)
