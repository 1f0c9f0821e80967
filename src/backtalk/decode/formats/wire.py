"""Protocol Buffers with a schema: only what it names is opened, every value with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from backtalk.decode.codecs.protobuf import BYTES, FIXED32, FIXED64, VARINT, varint
from backtalk.model.decoding import Span

MOST_FIELDS = 50_000


class Schema(Struct, frozen=True, kw_only=True):
    """A message's fields by number: texts, numbers, and messages within it, each with its name."""

    texts: Mapping[int, str] = {}
    numbers: Mapping[int, str] = {}
    messages: Mapping[int, tuple[str, Schema]] = {}


class Record(Struct, frozen=True):
    """A message as its schema reads it. `values` are (name, text, span), `within` (name, record)."""

    span: Span
    values: tuple[tuple[str, str, Span], ...]
    within: tuple[tuple[str, Record], ...]

    def all(self, name: str) -> Iterator[Record]:
        """The messages of this name, in order."""
        return (record for own, record in self.within if own == name)

    def value(self, name: str) -> str:
        """The first value of this name; empty where there is none."""
        return next((text for own, text, _ in self.values if own == name), "")


def record(data: bytes, schema: Schema) -> Record | None:
    """The bytes as one such message; None when a field is not of the type that the schema says."""
    try:
        return _record(data, (0, len(data)), schema, [MOST_FIELDS])
    except (ValueError, UnicodeDecodeError, IndexError):
        return None


def _record(data: bytes, span: Span, schema: Schema, left: list[int]) -> Record:
    values: list[tuple[str, str, Span]] = []
    within: list[tuple[str, Record]] = []
    at, end = span
    while at < end:
        left[0] -= 1
        if left[0] < 0:
            raise ValueError("too many fields")
        tag, at = varint(data, at, end)
        number, wire = tag >> 3, tag & 7
        if wire == VARINT:
            value, stop = varint(data, at, end)
            if number in schema.texts or number in schema.messages:
                raise ValueError("a number where the schema has none")
            if number in schema.numbers:
                values.append((schema.numbers[number], str(value), (at, stop)))
        elif wire == BYTES:
            size, at = varint(data, at, end)
            stop = at + size
            if stop > end or number in schema.numbers:
                raise ValueError("bytes end early, or the schema has a number there")
            if number in schema.texts:
                values.append((schema.texts[number], data[at:stop].decode(), (at, stop)))
            elif number in schema.messages:
                name, inner = schema.messages[number]
                within.append((name, _record(data, (at, stop), inner, left)))
        elif wire in {FIXED64, FIXED32}:
            stop = at + (8 if wire == FIXED64 else 4)
            if stop > end:
                raise ValueError("a number ends early")
        else:
            raise ValueError("no such wire type")
        at = stop
    return Record(span, tuple(values), tuple(within))
