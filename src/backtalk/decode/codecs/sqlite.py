"""SQLite databases: the values of their tables, also of rows that lie over several pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from msgspec import Struct

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Codec, Layer
from backtalk.decode.codecs.records import NotRecordsError, text_bits
from backtalk.model.decoding import Opaque, Span, Value

MAGIC = b"SQLite format 3\x00"
INTERIOR, LEAF = 5, 13
WIDTHS = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)
"""Bytes of each kind of number."""
FLOAT, ZERO, ONE = 7, 8, 9
SHORTEST_VALUE = 8
MOST_PAGES = 100_000
MOST_ROWS = 200_000


class Row(Struct, frozen=True):
    """One row: where its first page has it, where its payload begins there, and all of that, from other pages too."""

    span: Span
    number: int
    start: int
    payload: bytes

    @property
    def whole(self) -> bool:
        """Whether all of it lies in its first page."""
        return self.span[1] - self.start == len(self.payload)


class Cell(Struct, frozen=True):
    """One value: where in the payload it lies, and how it reads; None for text and blobs, which are what they are."""

    span: Span
    number: str | None


class Database:
    """Pages of a file; ValueError or IndexError where they are not what they should be."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        size = int.from_bytes(data[16:18], "big")
        self.page = 65536 if size == 1 else size
        self.usable = self.page - data[20]
        if not data.startswith(MAGIC) or self.page < 512 or self.page & (self.page - 1) or self.usable < 480:
            raise NotRecordsError("no database")
        self.heads: list[Span] = []
        """Where pages that were read tell what is in them."""

    def varint(self, data: bytes, at: int) -> tuple[int, int]:
        """SQLite's numbers: seven bits a byte, the highest first, the ninth byte whole."""
        value = 0
        for place in range(at, at + 8):
            value = value << 7 | data[place] & 0x7F
            if data[place] < 0x80:
                return value, place + 1
        return value << 8 | data[at + 8], at + 9

    def rows(self, root: int) -> Iterator[Row]:
        """All rows of the table whose tree begins at that page."""
        seen: set[int] = set()
        stack = [root]
        count = 0
        while stack and len(seen) < MOST_PAGES:
            number = stack.pop()
            start = (number - 1) * self.page
            if number < 1 or number in seen or start + self.page > len(self.data):
                continue
            seen.add(number)
            at = start + (100 if number == 1 else 0)
            kind, cells = self.data[at], int.from_bytes(self.data[at + 3 : at + 5], "big")
            head = at + (12 if kind == INTERIOR else 8)
            self.heads.append((start, head + 2 * min(cells, self.page // 4)))
            places = [
                start + int.from_bytes(self.data[head + 2 * cell : head + 2 * cell + 2], "big")
                for cell in range(min(cells, self.page // 4))
            ]
            if kind == INTERIOR:
                stack.append(int.from_bytes(self.data[at + 8 : at + 12], "big"))
                stack += [int.from_bytes(self.data[place : place + 4], "big") for place in reversed(places)]
            elif kind == LEAF:
                for place in places:
                    count += 1
                    if count > MOST_ROWS:
                        return
                    yield self._row(place)

    def _row(self, at: int) -> Row:
        size, place = self.varint(self.data, at)
        number, place = self.varint(self.data, place)
        most, least = self.usable - 35, (self.usable - 12) * 32 // 255 - 23
        here = size
        if size > most:
            here = least + (size - least) % (self.usable - 4)
            here = here if here <= most else least
        payload = self.data[place : place + here]
        end = place + here
        if size > here:
            follows = int.from_bytes(self.data[end : end + 4], "big")
            payload += self._overflow(follows, size - here)
            end += 4
        return Row((at, min(end, len(self.data))), number, place, payload)

    def _overflow(self, number: int, size: int) -> bytes:
        """What lies on the chain of pages that begins there."""
        parts: list[bytes] = []
        while number and size > 0 and len(parts) < MOST_PAGES:
            start = (number - 1) * self.page
            part = self.data[start + 4 : start + min(self.usable, size + 4)]
            if not part:
                break
            parts.append(part)
            size -= len(part)
            number = int.from_bytes(self.data[start : start + 4], "big")
        return b"".join(parts)

    def cells(self, payload: bytes) -> list[Cell]:
        """The values of a row."""
        head, at = self.varint(payload, 0)
        place = head
        found: list[Cell] = []
        while at < head:
            kind, at = self.varint(payload, at)
            width = WIDTHS[kind] if kind < len(WIDTHS) else (kind - 12) // 2
            span = (place, min(place + width, len(payload)))
            found.append(Cell(span, _number(kind, payload[slice(*span)]) if kind < len(WIDTHS) else None))
            place += width
            if place >= len(payload):
                break  # what the head tells beyond that is not there
        return found

    def tables(self) -> list[tuple[str, int]]:
        """The tables' names and first pages, that of the schema first."""
        found = [("sqlite_schema", 1)]
        for row in self.rows(1):
            cells = self.cells(row.payload)
            if len(cells) < 4 or row.payload[slice(*cells[0].span)] != b"table":
                continue
            root = cells[3].number or ""
            if root.isdigit():
                found.append((row.payload[slice(*cells[2].span)].decode("utf-8", "replace")[:100], int(root)))
        return found


class Sqlite(Codec):
    ID: ClassVar[str] = "sqlite"
    PATTERNS: ClassVar[tuple[str, ...]] = (r"^SQLite format 3\x00",)
    REFERENCES: ClassVar[tuple[str, ...]] = ("Database File Format (sqlite.org/fileformat2.html)",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "databases that do not begin the buffer",
        "indexes, tables without row numbers, and deleted rows are searched as they stand",
        "write-ahead logs",
        "columns are numbered, not named",
    )

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        if not free or free[0][0] or not meter.spend(1, len(buffer.data)):
            return
        try:
            yield from self._read(buffer.data)
        except (ValueError, IndexError):
            return

    def _read(self, data: bytes) -> Iterator[Layer]:
        database = Database(data)
        for table, root in database.tables():
            for row in database.rows(root):
                params: dict[str, Value] = {"table": table, "row": row.number}
                if row.whole:
                    yield from self._values(database, row, params)
                else:
                    yield Layer(span=row.span, data=row.payload, params={**params, "pages": True})
        for start, end in sorted(set(database.heads)):
            numbers = " ".join(str(data[at] << 8 | data[at + 1]) for at in range(start, end - 1, 2))
            yield Layer(span=(start, end), data=numbers.encode(), params={"head": True})

    def _values(self, database: Database, row: Row, params: dict[str, Value]) -> Iterator[Layer]:
        """The longer values by themselves, and what lies before, between and after them as lines."""
        at, lines = row.span[0], ""
        for column, cell in enumerate(database.cells(row.payload)):
            start, end = row.start + cell.span[0], row.start + cell.span[1]
            value = row.payload[slice(*cell.span)]
            if cell.number is not None or end - start < SHORTEST_VALUE:
                lines += f"{column}: {_short(value) if cell.number is None else cell.number}\n"
                continue
            if at < start:
                yield Layer(span=(at, start), data=lines.encode() or b"\n", params={**params, "numbers": True})
            yield Layer(span=(start, end), data=value, params={**params, "column": column})
            at, lines = end, ""
        if at < row.span[1]:
            yield Layer(span=(at, row.span[1]), data=lines.encode() or b"\n", params={**params, "numbers": True})

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        try:
            for layer in self._read(data):
                if layer.span == span and layer.params == params:
                    return layer.data
        except IndexError as error:
            raise ValueError("no database") from error
        raise ValueError("no such value")


def _number(kind: int, value: bytes) -> str:
    if kind in {ZERO, ONE}:
        return str(kind - ZERO)
    return value.hex() if kind == FLOAT else str(int.from_bytes(value, "big", signed=True)) if value else "null"


def _short(value: bytes) -> str:
    return value.hex() if text_bits(value) is None else value.decode()
