"""Unpacks the header fields of HTTP/3 (QPACK, RFC 9204)."""

from __future__ import annotations

from hpack.exceptions import HPACKError
from hpack.huffman_table import decode_huffman

from backtalk.ingest.wire.qpack_table import STATIC

Field = tuple[bytes, bytes]
LARGEST = 1 << 22
"""Bytes that the dynamic table may hold, at most."""


class Blocked(Exception):  # noqa: N818 -- the word of RFC 9204
    """The fields refer to entries that have not come yet."""


class Unreadable(Exception):  # noqa: N818 -- it says what the fields are
    """The fields cannot be unpacked."""


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def byte(self) -> int:
        if self.at >= len(self.data):
            raise EOFError
        self.at += 1
        return self.data[self.at - 1]

    def number(self, first: int, bits: int) -> int:
        """An integer of RFC 7541 whose first byte is read already."""
        limit = (1 << bits) - 1
        value = first & limit
        if value < limit:
            return value
        shift = 0
        while True:
            byte = self.byte()
            value += (byte & 127) << shift
            shift += 7
            if not byte & 128:
                return value
            if shift > 56:
                raise Unreadable("an integer without an end")

    def text(self, first: int, bits: int) -> bytes:
        """A string whose flag for Huffman coding stands above the length's bits."""
        length = self.number(first, bits)
        if self.at + length > len(self.data):
            raise EOFError
        raw = self.data[self.at : self.at + length]
        self.at += length
        if not first & 1 << bits:
            return raw
        try:
            return bytes(decode_huffman(raw))
        except (HPACKError, ValueError, IndexError) as error:
            raise Unreadable("no Huffman code") from error


class Table:
    """One direction's dynamic table, as the encoder's stream builds it."""

    def __init__(self) -> None:
        self._entries: list[Field] = []
        self._dropped = 0
        self._size = self._capacity = 0
        self._buffer = b""
        self.most: int | None = None
        """What the other side said that it can hold; until then, what the encoder has set."""

    @property
    def inserted(self) -> int:
        return self._dropped + len(self._entries)

    def feed(self, data: bytes) -> None:
        """Instructions of the encoder's stream. Unreadable if they are none."""
        cursor = _Cursor(self._buffer + data)
        done = 0
        try:
            while cursor.at < len(cursor.data):
                self._instruction(cursor)
                done = cursor.at
        except EOFError:
            pass
        self._buffer = cursor.data[done:]
        if len(self._buffer) > LARGEST:
            raise Unreadable("an instruction without an end")

    def _instruction(self, cursor: _Cursor) -> None:
        first = cursor.byte()
        if first & 0x80:
            index = cursor.number(first, 6)
            name = (_static(index) if first & 0x40 else self.relative(index, self.inserted))[0]
            self._insert((name, cursor.text(cursor.byte(), 7)))
        elif first & 0x40:
            name = cursor.text(first, 5)
            self._insert((name, cursor.text(cursor.byte(), 7)))
        elif first & 0x20:
            self._capacity = cursor.number(first, 5)
            if self._capacity > LARGEST:
                raise Unreadable("a table too large to be kept")
            self._evict()
        else:
            self._insert(self.relative(cursor.number(first, 5), self.inserted))

    def _insert(self, field: Field) -> None:
        self._entries.append(field)
        self._size += len(field[0]) + len(field[1]) + 32
        self._evict()

    def _evict(self) -> None:
        while self._entries and self._size > self._capacity:
            name, value = self._entries.pop(0)
            self._size -= len(name) + len(value) + 32
            self._dropped += 1

    def relative(self, index: int, base: int) -> Field:
        """The entry so many before `base`. Unreadable if it is not there."""
        place = base - 1 - index - self._dropped
        if not 0 <= place < len(self._entries):
            raise Unreadable("a field that the table does not hold")
        return self._entries[place]

    def fields(self, block: bytes) -> list[Field]:
        """The fields of a block. Blocked until the table has what it needs; Unreadable if it is none."""
        cursor = _Cursor(block)
        try:
            needed = self._required(cursor.number(cursor.byte(), 8))
            sign = cursor.byte()
            delta = cursor.number(sign, 7)
            base = needed - delta - 1 if sign & 0x80 else needed + delta
            if needed > self.inserted:
                raise Blocked
            found: list[Field] = []
            while cursor.at < len(block):
                found.append(self._field(cursor, base))
        except EOFError as error:
            raise Unreadable("half a field") from error
        return found

    def _required(self, coded: int) -> int:
        """The count of insertions that a block needs (RFC 9204, 4.5.1.1)."""
        if not coded:
            return 0
        most = (self._capacity if self.most is None else self.most) // 32
        if not most or coded > 2 * most:
            # The capacity is set on the encoder's stream, which may come later.
            raise Blocked
        limit = self.inserted + most
        count = limit // (2 * most) * (2 * most) + coded - 1
        if count > limit:
            count -= 2 * most
        return count

    def _field(self, cursor: _Cursor, base: int) -> Field:
        first = cursor.byte()
        if first & 0x80:
            index = cursor.number(first, 6)
            return _static(index) if first & 0x40 else self.relative(index, base)
        if first & 0x40:
            index = cursor.number(first, 4)
            name = (_static(index) if first & 0x10 else self.relative(index, base))[0]
            return name, cursor.text(cursor.byte(), 7)
        if first & 0x20:
            name = cursor.text(first, 3)
            return name, cursor.text(cursor.byte(), 7)
        if first & 0x10:
            return self.relative(-1 - cursor.number(first, 4), base)
        name = self.relative(-1 - cursor.number(first, 3), base)[0]
        return name, cursor.text(cursor.byte(), 7)


def _static(index: int) -> Field:
    if index >= len(STATIC):
        raise Unreadable("a field that the static table does not hold")
    return STATIC[index]
