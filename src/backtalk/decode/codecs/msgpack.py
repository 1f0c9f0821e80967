"""MessagePack: maps and arrays that fill a buffer, one or several."""

from __future__ import annotations

from typing import ClassVar

from backtalk.decode.codecs.cursor import Cursor
from backtalk.decode.codecs.records import NotRecordsError, Parsed, Records, member

STRING, MARKED, SMALL = 3.0, 5.0, 0.5
"""Bits that say it is no chance: a short text's mark, one of the rarer marks, a small number."""


class MessagePack(Records):
    ID: ClassVar[str] = "msgpack"
    SHAPE: ClassVar[str] = "msgpack"
    REFERENCES: ClassVar[tuple[str, ...]] = ("MessagePack specification (msgpack.org)",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "streams that are cut short",
        "values without a map that has a text for a key, or with hardly any text, so that random bytes look alike",
        "extension types, timestamps too, are bytes",
    )

    def parse(self, data: bytes) -> Parsed:
        if not data or not (0x80 <= data[0] <= 0x9F or 0xDC <= data[0] <= 0xDF):
            raise NotRecordsError("neither map nor array")
        cursor = Cursor(data)
        many = 0
        while not cursor.over:
            self._value(cursor, f"$[{many}]" if many else "$")
            many += 1
        if not cursor.keys:
            raise NotRecordsError("nothing has a name")
        return cursor.parsed()

    def _value(self, cursor: Cursor, path: str) -> None:
        start = cursor.at
        mark = cursor.byte()
        if mark < 0x80 or mark >= 0xE0:
            letter = 0x20 <= mark < 0x7F
            cursor.told(start, path, str(mark if mark < 0x80 else mark - 256), 0.0 if letter else SMALL)
        elif mark < 0x90 or mark in {0xDE, 0xDF}:
            size = mark & 15 if mark < 0x90 else cursor.number(2 << mark - 0xDE)
            self._map(cursor, path, size)
        elif mark < 0xA0 or mark in {0xDC, 0xDD}:
            size = mark & 15 if mark < 0xA0 else cursor.number(2 << mark - 0xDC)
            cursor.enter()
            for number in range(size):
                self._value(cursor, f"{path}[{number}]")
            cursor.leave()
        elif mark < 0xC0:
            cursor.text(mark & 31, path, STRING)
        elif mark in {0xD9, 0xDA, 0xDB}:
            cursor.text(cursor.number(1 << mark - 0xD9), path, MARKED)
        elif mark in {0xC4, 0xC5, 0xC6}:
            cursor.blob(cursor.number(1 << mark - 0xC4), path)
        else:
            self._scalar(cursor, path, start, mark)

    def _map(self, cursor: Cursor, path: str, size: int) -> None:
        cursor.enter()
        for _ in range(size):
            at = cursor.at
            mark = cursor.byte()
            if 0xA0 <= mark < 0xC0:
                name = member(cursor.name(mark & 31, STRING))
            elif mark in {0xD9, 0xDA}:
                name = member(cursor.name(cursor.number(1 << mark - 0xD9), MARKED))
            elif mark < 0x80 or mark >= 0xCC:
                cursor.at = at
                self._value(cursor, f"{path}.key()")
                name = f"[{cursor.fields.pop().text}]"
            else:
                raise NotRecordsError("no key")
            self._value(cursor, path + name)
        cursor.leave()

    def _scalar(self, cursor: Cursor, path: str, start: int, mark: int) -> None:
        if mark in {0xC0, 0xC2, 0xC3}:
            cursor.told(start, path, {0xC0: "null", 0xC2: "false", 0xC3: "true"}[mark], MARKED)
        elif mark in {0xCA, 0xCB}:
            cursor.float(4 << mark - 0xCA, path, bits=MARKED)
        elif 0xCC <= mark <= 0xCF:
            cursor.told(start, path, str(cursor.number(1 << mark - 0xCC)), SMALL)
        elif 0xD0 <= mark <= 0xD3:
            size = 1 << mark - 0xD0
            cursor.told(start, path, str(int.from_bytes(cursor.take(size), "big", signed=True)), SMALL)
        elif 0xC7 <= mark <= 0xC9:
            cursor.blob(cursor.number(1 << mark - 0xC7) + 1, path)
        elif 0xD4 <= mark <= 0xD8:
            cursor.blob((1 << mark - 0xD4) + 1, path)
        else:
            raise NotRecordsError("no such mark")
