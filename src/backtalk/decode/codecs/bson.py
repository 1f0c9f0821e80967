"""BSON documents, one or several, each as long as it says."""

from __future__ import annotations

from typing import ClassVar

from backtalk.decode.codecs.cursor import Cursor
from backtalk.decode.codecs.records import NotRecordsError, Parsed, Records, member

LENGTH = 16.0
"""Bits that a length says which fits, with the zero at its end."""
ELEMENT = 3.0
FIXED = {0x07: 12, 0x09: 8, 0x10: 4, 0x11: 8, 0x12: 8, 0x13: 16}
TEXTS = frozenset((0x02, 0x0D, 0x0E))
EMPTY = {0x06: "undefined", 0x0A: "null", 0xFF: "least", 0x7F: "greatest"}


class Bson(Records):
    ID: ClassVar[str] = "bson"
    SHAPE: ClassVar[str] = "bson"
    REFERENCES: ClassVar[tuple[str, ...]] = ("BSON specification 1.1 (bsonspec.org)",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = ("documents that are cut short", "code with scope is bytes")

    def parse(self, data: bytes) -> Parsed:
        if len(data) < 5 or int.from_bytes(data[:4], "little") > len(data):
            raise NotRecordsError("no document")
        cursor = Cursor(data)
        many = 0
        while not cursor.over:
            self._document(cursor, f"$[{many}]" if many else "$", array=False)
            many += 1
        return cursor.parsed()

    def _document(self, cursor: Cursor, path: str, *, array: bool) -> None:
        cursor.enter()
        start = cursor.at
        end = start + cursor.number(4, "little")
        if not start + 5 <= end <= cursor.end or cursor.data[end - 1]:
            raise NotRecordsError("no document")
        while cursor.at < end - 1:
            kind = cursor.byte()
            stop = cursor.data.find(b"\x00", cursor.at, end)
            if stop < 0:
                raise NotRecordsError("no name")
            name = cursor.name(stop - cursor.at, ELEMENT)
            cursor.byte()
            self._value(cursor, kind, path + (f"[{name.decode()}]" if array else member(name)))
        cursor.byte()
        if cursor.at != end:
            raise NotRecordsError("not as long as it says")
        cursor.bits += LENGTH
        cursor.leave()

    def _value(self, cursor: Cursor, kind: int, path: str) -> None:
        start = cursor.at
        if kind in {0x03, 0x04}:
            self._document(cursor, path, array=kind == 0x04)
        elif kind in TEXTS:
            cursor.text(cursor.number(4, "little") - 1, path)
            cursor.byte()
        elif kind == 0x01:
            cursor.float(8, path, "<")
        elif kind == 0x05:
            size = cursor.number(4, "little")
            cursor.byte()
            cursor.blob(size, path)
        elif kind == 0x08:
            cursor.told(start, path, "true" if cursor.byte() else "false")
        elif kind == 0x0B:
            for _ in range(2):
                stop = cursor.data.find(b"\x00", cursor.at, cursor.end)
                cursor.text(stop - cursor.at, path)
                cursor.byte()
        elif kind == 0x0F:
            cursor.blob(cursor.number(4, "little") - 4, path)
        elif kind in FIXED:
            value = cursor.take(FIXED[kind])
            whole = kind not in {0x07, 0x13}
            cursor.told(start, path, str(int.from_bytes(value, "little", signed=True)) if whole else value.hex())
        elif kind in EMPTY:
            cursor.told(start, path, EMPTY[kind])
        else:
            raise NotRecordsError("no such element")
