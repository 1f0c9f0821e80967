"""Apache Thrift messages and structs, in the compact and the binary protocol."""

from __future__ import annotations

from typing import ClassVar

from backtalk.decode.codecs.cursor import Cursor
from backtalk.decode.codecs.records import NotRecordsError, Parsed, Records

STOP = 0
COMPACT, STRICT = 0x82, 0x8001
FIELD, NAMED = 2.0, 8.0
"""Bits that say it is no chance: a field whose number follows the last one, and a message's head."""
TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)


class ThriftCompact(Records):
    ID: ClassVar[str] = "thrift-compact"
    SHAPE: ClassVar[str] = "thrift-compact"
    REFERENCES: ClassVar[tuple[str, ...]] = ("Apache Thrift, thrift-compact-protocol.md",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "structs that are cut short",
        "structs that hold hardly any text, so that random bytes look alike",
        "several messages in one buffer",
    )

    def parse(self, data: bytes) -> Parsed:
        framed = len(data) > 5 and int.from_bytes(data[:4], "big") == len(data) - 4
        cursor = Cursor(data, 4 if framed else 0)
        cursor.bits += NAMED if framed else 0.0
        path = ""
        if data[cursor.at : cursor.at + 1] == bytes([COMPACT]):
            cursor.take(2)
            cursor.varint()
            path = cursor.name(cursor.varint(), NAMED).decode()
        self._struct(cursor, path)
        return cursor.parsed()

    def _struct(self, cursor: Cursor, path: str) -> None:
        cursor.enter()
        number = 0
        while (head := cursor.byte()) != STOP:
            kind, step = head & 15, head >> 4
            number = number + step if step else cursor.zigzag()
            if not TRUE <= kind <= STRUCT or not 0 < number < 1 << 15:
                raise NotRecordsError("no field")
            cursor.bits += FIELD if step == 1 else 0.0
            self._value(cursor, kind, f"{path}.{number}" if path else str(number), alone=True)
        cursor.leave()

    def _value(self, cursor: Cursor, kind: int, path: str, *, alone: bool = False) -> None:
        start = cursor.at
        if kind in {TRUE, FALSE}:
            flag = kind == TRUE if alone else cursor.byte() == TRUE
            if not alone:
                cursor.told(start, path, str(flag).lower())
        elif kind == BYTE:
            cursor.told(start, path, str(cursor.byte()))
        elif kind in {I16, I32, I64}:
            cursor.told(start, path, str(cursor.zigzag()))
        elif kind == DOUBLE:
            cursor.float(8, path, "<")
        elif kind == BINARY:
            cursor.blob(cursor.varint(), path)
        elif kind in {LIST, SET}:
            head = cursor.byte()
            size = head >> 4 if head >> 4 != 15 else cursor.varint()
            self._many(cursor, path, size, (head & 15,))
        elif kind == MAP:
            size = cursor.varint()
            kinds = cursor.byte() if size else 0
            self._many(cursor, path, size, (kinds >> 4, kinds & 15))
        elif kind == STRUCT:
            self._struct(cursor, path)
        else:
            raise NotRecordsError("no such kind")

    def _many(self, cursor: Cursor, path: str, size: int, kinds: tuple[int, ...]) -> None:
        if size > cursor.end - cursor.at:
            raise NotRecordsError("too many")
        cursor.enter()
        for number in range(size):
            for kind in kinds:
                self._value(cursor, kind, f"{path}[{number}]")
        cursor.leave()


class ThriftBinary(Records):
    ID: ClassVar[str] = "thrift-binary"
    SHAPE: ClassVar[str] = "thrift-binary"
    REFERENCES: ClassVar[tuple[str, ...]] = ("Apache Thrift, thrift-binary-protocol.md",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "structs that are cut short",
        "messages of the old encoding, without a version",
        "several messages in one buffer",
    )
    NUMBERS: ClassVar[dict[int, int]] = {3: 1, 6: 2, 8: 4, 10: 8}
    NEAR: ClassVar[int] = 256

    def parse(self, data: bytes) -> Parsed:
        framed = len(data) > 5 and int.from_bytes(data[:4], "big") == len(data) - 4
        cursor = Cursor(data, 4 if framed else 0)
        path = ""
        if int.from_bytes(data[cursor.at : cursor.at + 2], "big") == STRICT:
            cursor.take(4)
            path = cursor.name(cursor.number(4), 2 * NAMED).decode()
            cursor.take(4)
        self._struct(cursor, path)
        return cursor.parsed()

    def _struct(self, cursor: Cursor, path: str) -> None:
        cursor.enter()
        while (kind := cursor.byte()) != STOP:
            number = cursor.number(2)
            if not number or number >> 15:
                raise NotRecordsError("no field")
            cursor.bits += NAMED if number < self.NEAR else 0.0
            self._value(cursor, kind, f"{path}.{number}" if path else str(number))
        cursor.leave()

    def _value(self, cursor: Cursor, kind: int, path: str) -> None:
        start = cursor.at
        if kind == 2:
            cursor.told(start, path, str(bool(cursor.byte())).lower())
        elif kind in self.NUMBERS:
            cursor.told(start, path, str(int.from_bytes(cursor.take(self.NUMBERS[kind]), "big", signed=True)))
        elif kind == 4:
            cursor.float(8, path)
        elif kind == 11:
            cursor.blob(cursor.number(4), path)
        elif kind == 12:
            self._struct(cursor, path)
        elif kind in {13, 14, 15}:
            kinds = [cursor.byte() for _ in range(2 if kind == 13 else 1)]
            size = cursor.number(4)
            if size > cursor.end - cursor.at:
                raise NotRecordsError("too many")
            cursor.enter()
            for place in range(size):
                for one in kinds:
                    self._value(cursor, one, f"{path}[{place}]")
            cursor.leave()
        else:
            raise NotRecordsError("no such kind")
