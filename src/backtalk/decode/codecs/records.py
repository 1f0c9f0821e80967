"""What binary records have in common: named values, numbers that read as numbers, and evidence that it is no chance."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import log2

from msgspec import Struct

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Layer, Leaf, Structure
from backtalk.decode.native.text import is_text
from backtalk.model.decoding import Opaque, Span, Value

SHORTEST_VALUE = 8
"""Bytes from which on a text or blob is a value of its own; shorter ones are told with the numbers around them."""
MOST_FIELDS = 200_000
ENOUGH = 24.0
"""Bits of evidence from which on records are believed: of random bytes that are text of the worst length, 12, once in
270,000 times; a record's tags and lengths, which must fit too, make it rarer."""
NO_CHANCE = bytes([*range(0x61, 0x7B), *range(0x30, 0x3A)]) + b" ./:_-"
NO_CONTROL = bytes([9, 10, 13, *range(0x20, 0x7F)])
USUAL, PRINTABLE, LONGER = log2(256 / len(NO_CHANCE)), log2(256 / 97), 0.5
"""Bits that a letter usual in values, any other printable one, and a byte of a longer UTF-8 letter say."""
LONGEST_PATH = 256
IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$-]{0,99}")


class NotRecordsError(ValueError):
    """The bytes are no records of this kind."""


class Field(Struct, frozen=True):
    """One value: where it lies, its path, and how it reads; None when its own bytes are what it holds."""

    span: Span
    path: str
    text: str | None = None


class Parsed(Struct, frozen=True):
    """All values in order, and how many bits say that the bytes are such records."""

    fields: Sequence[Field]
    bits: float


def text_bits(data: bytes) -> float | None:
    """The bits by which text differs from chance; None for what is no text."""
    rest = data.translate(None, NO_CONTROL)
    if rest:
        try:
            data.decode()
        except UnicodeDecodeError:
            return None
        if min(rest) < 0x80:
            return None
    unusual = len(data.translate(None, NO_CHANCE)) - len(rest)
    return USUAL * (len(data) - unusual - len(rest)) + PRINTABLE * unusual + LONGER * len(rest)


def member(name: bytes) -> str:
    """A key as a piece of a path."""
    text = name[:100].decode("utf-8", "replace")
    return f".{text}" if IDENTIFIER.fullmatch(text) else f"[{text!r}]"


class Records(Structure):
    """Records that fill a buffer.

    Texts and blobs are values of their own. What lies between them (numbers, short
    values, tags and lengths) reads as lines of `path: value`.
    """

    @abstractmethod
    def parse(self, data: bytes) -> Parsed:
        """All values; NotRecordsError, or any error of reading past the end, when the bytes are none."""

    def believed(self, data: bytes) -> Parsed | None:
        """The records, when they are ones beyond chance; text is never taken for them."""
        if is_text(data):
            return None
        try:
            parsed = self.parse(data)
        except (ValueError, IndexError, OverflowError, RecursionError):
            return None
        return parsed if parsed.bits >= ENOUGH else None

    def leaves(self, data: bytes) -> Sequence[Leaf]:
        parsed = self.believed(data)
        return [leaf for leaf, _ in self._told(data, parsed)] if parsed else ()

    def open(self, packed: bytes, params: Mapping[str, Value]) -> bytes:
        del params
        return packed

    def plain(self, packed: bytes, params: Mapping[str, Value]) -> bool:
        del packed
        return "numbers" not in params

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        parsed = self.believed(buffer.data)
        if parsed and meter.spend(1, len(buffer.data)):
            yield from self._within(buffer, free, parsed)

    def every(self, buffer: Buffer, free: Sequence[Span]) -> Iterator[Layer]:
        parsed = self.believed(buffer.data)
        if parsed:
            yield from self._within(buffer, free, parsed)

    def _within(self, buffer: Buffer, free: Sequence[Span], parsed: Parsed) -> Iterator[Layer]:
        spans = iter(free)
        low, high = next(spans, (0, 0))
        for leaf, inside in self._told(buffer.data, parsed):
            while high < leaf.span[1]:
                low, high = next(spans, (len(buffer.data), len(buffer.data) + 1))
            if low <= leaf.span[0]:
                yield Layer(span=leaf.span, data=inside, params=leaf.params)

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        parsed = self.believed(data)
        for leaf, inside in self._told(data, parsed) if parsed else ():
            if leaf.span == span and leaf.params == params:
                return inside
        raise ValueError("no such value there")

    def _told(self, data: bytes, parsed: Parsed) -> Iterator[tuple[Leaf, bytes]]:
        """Each value of its own, and each stretch between such values, with what it holds."""
        at = 0
        short: list[Field] = []
        for field in parsed.fields:
            start, end = field.span
            if field.text is not None or end - start < SHORTEST_VALUE:
                short.append(field)
                continue
            if short:
                yield self._numbers(data, (at, start), short)
            yield Leaf(span=field.span, params={"field": field.path}), data[start:end]
            at = end
            short = []
        if short:
            yield self._numbers(data, (at, len(data)), short)

    def _numbers(self, data: bytes, span: Span, short: Iterable[Field]) -> tuple[Leaf, bytes]:
        lines = [
            (field.path, _shown(data[slice(*field.span)]) if field.text is None else field.text) for field in short
        ]
        leaf = Leaf(span=span, params={"field": lines[0][0], "numbers": True})
        return leaf, "".join(f"{path}: {text}\n" for path, text in lines).encode()


def _shown(value: bytes) -> str:
    return value.hex() if text_bits(value) is None else value.decode()
