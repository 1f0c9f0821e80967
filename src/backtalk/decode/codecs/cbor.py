"""CBOR: maps and arrays that fill a buffer, one or several, of known length or not."""

from __future__ import annotations

from typing import ClassVar

from backtalk.decode.codecs.cursor import Cursor
from backtalk.decode.codecs.records import NotRecordsError, Parsed, Records, member

UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, OTHER = range(8)
OPEN, BREAK = 31, 0xFF
STRING, MARKED, SMALL = 3.0, 5.0, 0.5
"""Bits that say it is no chance: a text's mark, one of the rarer marks, a small number."""
SIMPLE = {20: "false", 21: "true", 22: "null", 23: "undefined"}


class Cbor(Records):
    ID: ClassVar[str] = "cbor"
    SHAPE: ClassVar[str] = "cbor"
    REFERENCES: ClassVar[tuple[str, ...]] = ("RFC 8949", "RFC 8742 (sequences)")
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "data that is cut short",
        "values without a map that has a text for a key, or with hardly any text, so that random bytes look alike",
        "texts in several chunks are several values",
    )

    def parse(self, data: bytes) -> Parsed:
        if not data or data[0] >> 5 not in {ARRAY, MAP, TAG}:
            raise NotRecordsError("neither map nor array")
        cursor = Cursor(data)
        many = 0
        while not cursor.over:
            self._value(cursor, f"$[{many}]" if many else "$")
            many += 1
        if not cursor.keys:
            raise NotRecordsError("nothing has a name")
        return cursor.parsed()

    def _head(self, cursor: Cursor) -> tuple[int, int, int]:
        """Kind, the five bits beside it, and the number that these tell."""
        first = cursor.byte()
        kind, low = first >> 5, first & 31
        if low < 24:
            return kind, low, low
        if low > 27:
            if low == OPEN and kind in {BYTES, TEXT, ARRAY, MAP}:
                return kind, low, -1
            raise NotRecordsError("no such head")
        return kind, low, cursor.number(1 << low - 24)

    def _value(self, cursor: Cursor, path: str) -> None:
        start = cursor.at
        kind, low, number = self._head(cursor)
        if kind in {UNSIGNED, NEGATIVE}:
            whole = number if kind == UNSIGNED else -1 - number
            cursor.told(start, path, str(whole), SMALL if kind == UNSIGNED else 0.0)
        elif kind in {BYTES, TEXT} and number < 0:
            self._chunks(cursor, path, kind)
        elif kind == BYTES:
            cursor.blob(number, path)
        elif kind == TEXT:
            cursor.text(number, path, STRING)
        elif kind in {ARRAY, MAP}:
            self._items(cursor, path, kind, number)
        elif kind == TAG:
            cursor.enter()
            self._value(cursor, path)
            cursor.leave()
        else:
            self._other(cursor, path, start, low, number)

    def _items(self, cursor: Cursor, path: str, kind: int, size: int) -> None:
        cursor.enter()
        number = 0
        while number != size:
            if size < 0 and cursor.data[cursor.at : cursor.at + 1] == b"\xff":
                cursor.byte()
                cursor.bits += MARKED
                break
            self._value(cursor, path + (self._key(cursor) if kind == MAP else f"[{number}]"))
            number += 1
        cursor.leave()

    def _key(self, cursor: Cursor) -> str:
        kind, _, number = self._head(cursor)
        if kind == TEXT and number >= 0:
            return member(cursor.name(number, STRING))
        if kind in {UNSIGNED, NEGATIVE}:
            return f"[{number if kind == UNSIGNED else -1 - number}]"
        raise NotRecordsError("no key")

    def _chunks(self, cursor: Cursor, path: str, kind: int) -> None:
        while cursor.data[cursor.at : cursor.at + 1] != b"\xff":
            chunk, _, size = self._head(cursor)
            if chunk != kind or size < 0:
                raise NotRecordsError("no chunk")
            cursor.blob(size, path)
        cursor.byte()

    def _other(self, cursor: Cursor, path: str, start: int, low: int, number: int) -> None:
        if low in SIMPLE:
            cursor.told(start, path, SIMPLE[low], MARKED)
        elif low in {25, 26, 27}:
            size = 1 << low - 24
            cursor.at -= size
            cursor.float(size, path, bits=MARKED)
        elif low == 24 and number < 32:
            raise NotRecordsError("no such value")
        else:
            cursor.told(start, path, f"simple({number})")
