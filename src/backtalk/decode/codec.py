"""What a codec is: one declarative file that knows one way of packaging, how to see it, and how to undo it."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import ClassVar

from msgspec import Struct

from backtalk.decode.budget import Meter
from backtalk.decode.native import escapes
from backtalk.decode.native.marks import Marks
from backtalk.decode.native.runs import Runs
from backtalk.decode.native.shapes import shapes
from backtalk.decode.native.spans import Spans, common
from backtalk.decode.native.text import is_text, readable
from backtalk.decode.once import Once
from backtalk.model.decoding import Opaque, Span, Value
from backtalk.model.keyring import Keyring


class Layer(Struct, frozen=True, kw_only=True):
    """One packaging that can be undone: where it lies in its buffer, and what is inside."""

    span: Span
    data: bytes
    params: dict[str, Value] = {}


class Leaf(Struct, frozen=True, kw_only=True):
    """A named value of a structure: where its packaged form lies."""

    span: Span
    params: dict[str, Value]


class Sought:
    """The literals that are looked for, and whether in either case; what is made of them is kept by this object."""

    def __init__(self, literals: tuple[tuple[bytes, bool], ...]) -> None:
        self.literals = literals


class Buffer:
    """Bytes being read, with what is known of them; everything is worked out at most once."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.sought: Sought | None = None
        """What is looked for, for codecs that find their key by it."""
        self.keyring: Keyring | None = None
        """The keys that were given, when there are any."""
        self.seen: frozenset[str] | None = None
        """The PATTERNS that the buffer matches, when it was scanned for them."""
        self.worth: list[Span] | None = None
        """Where undoing escapes shows something, when that was found out; None: perhaps anywhere."""
        self.everywhere = False
        """Whether marks in unreadable bytes count as well: a tree names the values beside them."""

    @Once
    def text(self) -> bool:
        return is_text(self.data)

    @Once
    def readable(self) -> list[Span]:
        """The stretches that are text: all of it, or what is readable of binary data."""
        return [(0, len(self.data))] if self.text else readable(self.data)

    @Once
    def marks(self) -> Marks:
        """The marks that escapes leave in what is readable."""
        return Marks(self.data, [(0, len(self.data))] if self.everywhere else self.readable)

    @Once
    def shapes(self) -> tuple[str, ...]:
        """What it may be as a whole, if it is no text."""
        return () if self.text else shapes(self.data)

    @Once
    def runs(self) -> Runs:
        """The runs of letters that may be packed bytes."""
        return Runs(self.data)

    @property
    def signs(self) -> tuple[str, ...]:
        """The runs, marks and shapes that there are."""
        return self.runs.kinds + self.marks.kinds + self.shapes

    def shows(self, span: Span) -> bool:
        """Whether undoing the escapes in the range is worth it."""
        if self.worth is None:
            return True
        place = bisect_left(self.worth, (span[1],)) - 1
        return place >= 0 and self.worth[place][1] > span[0]

    @Once
    def lowered(self) -> bytes:
        return self.data.lower()


class Codec(ABC):
    """One way of packaging.

    PATTERNS are Hyperscan expressions, one of which any buffer holding this packaging
    matches; RUNS names the runs of letters that it opens (native/runs.pyx), MARKS the
    marks that it leaves in what is readable (native/marks.pyx), SHAPE the structure that
    a binary buffer has as a whole (native/shapes.pyx). A codec with none of these is a
    PROBE, tried on all binary buffers, unless it says how a needle looks in it
    (Respelling). LIMITATIONS says what is known to be missed; empty means complete.
    """

    ID: ClassVar[str]
    VERSION: ClassVar[int] = 1
    PATTERNS: ClassVar[tuple[str, ...]] = ()
    RUNS: ClassVar[str] = ""
    MARKS: ClassVar[tuple[str, ...]] = ()
    SHAPE: ClassVar[str] = ""
    REFERENCES: ClassVar[tuple[str, ...]]
    LIMITATIONS: ClassVar[tuple[str, ...]] = ()
    TEXT: ClassVar[bool] = False
    """It packs into printable letters: within binary data, only readable stretches are worth a look."""
    TOKEN: ClassVar[bool] = False
    """Its packaging is a run of letters that may as well be a word or a random value."""
    KEYED: ClassVar[bool] = False
    """It opens with keys that were given, and is tried on every buffer when there are any."""
    WHOLE: ClassVar[bool] = False
    """Undoing it takes more of the buffer than its span: no step may cut that out before it."""

    def places(self, buffer: Buffer, *, every: bool) -> Sequence[Span]:
        """Where in a buffer it may lie; with `every`, where it may name plain values as well."""
        del every
        return buffer.readable if self.TEXT else [(0, len(buffer.data))]

    def suspects(self, text: Buffer) -> bool:
        """Whether a text looks like this packaging, of which it has no other sign."""
        del text
        return False

    @abstractmethod
    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        """Every packaging of this kind within the `free` spans, in order; Opaque where one is broken."""

    @abstractmethod
    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        """What the packaging at `span` of `data` holds; ValueError when there is none such."""

    def outside(self, data: bytes, layer: Layer, inside: Spans) -> Spans:
        """Where in `data` those bytes of a layer's inside come from: in proportion, as for all that is compressed."""
        del data
        start, end = layer.span
        return inside.scaled(start, end - start, len(layer.data))


class Respelling(Codec):
    """Packaging that leaves nothing to recognise it by: it is looked for by the form that it gives a needle."""

    TOKEN: ClassVar[bool] = True
    DELIMITERS: ClassVar[bytes] = bytes(range(33)) + b'"&<=>\x7f'
    """What ends the stretch around a form that is undone with it."""

    @abstractmethod
    def form(self, literal: bytes) -> bytes:
        """How these bytes look when they are packed so."""

    def around(self, buffer: Buffer, free: Sequence[Span], forms: Iterable[Span]) -> Iterator[Layer]:
        """The stretches in which forms were met."""
        delimiters = self.DELIMITERS if buffer.text else self.DELIMITERS + bytes(range(0x80, 0x100))
        flat = buffer.data.translate(bytes.maketrans(delimiters, b"\n" * len(delimiters)))
        done = 0
        for start, end in sorted(forms):
            place = bisect_right(free, (start, len(flat))) - 1
            if start < done or place < 0 or free[place][1] < end:
                continue
            low, high = free[place]
            after = flat.find(b"\n", end, high)
            done = high if after < 0 else after
            span = (max(flat.rfind(b"\n", low, start) + 1, low), done)
            yield Layer(span=span, data=self.undo(buffer.data, span, {}))

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        del buffer, free, meter
        return iter(())


class Substitution(Codec):
    """Packaging that leaves text in place and writes some characters differently."""

    TEXT: ClassVar[bool] = True
    ESCAPE: ClassVar[re.Pattern[bytes]]
    SWEPT: ClassVar[bool] = False
    """All escapes of a buffer are undone at once first, and the codec is used only where that shows something."""

    def places(self, buffer: Buffer, *, every: bool) -> Sequence[Span]:
        """A text whose escapes hide something; of binary data, the readable stretches that hold its marks."""
        if buffer.text or every or not self.MARKS:
            return () if self.SWEPT and buffer.worth == [] else buffer.readable
        return buffer.marks.within(self.MARKS)

    @abstractmethod
    def replace(self, escape: re.Match[bytes]) -> bytes:
        """What one match of ESCAPE stands for."""

    def escape(self, params: Mapping[str, Value]) -> re.Pattern[bytes]:
        """The escapes that these parameters ask to undo."""
        del params
        return self.ESCAPE

    def kind(self, params: Mapping[str, Value]) -> int | None:
        """Which of the compiled kinds of escapes these are; None for none of them."""
        del params
        return None

    def substitute(self, packed: bytes, params: Mapping[str, Value]) -> bytes:
        """The text with every escape undone."""
        kind = self.kind(params)
        return self.escape(params).sub(self.replace, packed) if kind is None else escapes.undo(packed, kind)

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        return self.substitute(data[slice(*span)], params)

    def origins(self, data: bytes, span: Span, params: Mapping[str, Value], spans: Iterable[Span]) -> Spans:
        """Where in `data` those bytes of the undone text came from."""
        kind = self.kind(params)
        if kind is not None:
            return escapes.origins(data, *span, kind, spans)
        packed = data[slice(*span)]
        before, after = [(0, 0)], [(0, 0)]  # (start, end) of each escape, packed and undone
        for match in self.escape(params).finditer(packed):
            start = after[-1][1] + match.start() - before[-1][1]
            before.append(match.span())
            after.append((start, start + len(self.replace(match))))
        starts = [start for start, _ in after]

        def origin(offset: int, *, end: bool) -> int:
            place = (bisect_left(starts, offset) if end else bisect_right(starts, offset)) - 1
            place = max(place, 0)
            (low, high), (left, right) = before[place], after[place]
            if offset >= right:
                return span[0] + high + offset - right
            numerator = (offset - left) * (high - low) + (right - left - 1 if end else 0)
            return span[0] + low + numerator // (right - left)

        return Spans((origin(start, end=False), origin(end, end=True)) for start, end in spans)

    def outside(self, data: bytes, layer: Layer, inside: Spans) -> Spans:
        return self.origins(data, layer.span, layer.params, inside)


LEAST_IN_BINARY = 16
"""Letters in a row from which on an escape within binary data is no accident."""


class TextEscapes(Substitution):
    """Escapes in any text: each stretch between delimiters that holds one is a layer."""

    DELIMITERS: ClassVar[bytes]

    def variants(self, packed: bytes) -> tuple[dict[str, Value], ...]:
        """The parameters with which one stretch is worth undoing."""
        del packed
        return ({},)

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        del meter
        if not buffer.text:
            free = [span for span in free if span[1] - span[0] >= LEAST_IN_BINARY]
        if not free:
            return
        delimiters = self.DELIMITERS if buffer.text else self.DELIMITERS + bytes(range(0x80, 0x100))
        flat = buffer.data.translate(bytes.maketrans(delimiters, b"\n" * len(delimiters)))
        everywhere = not self.SWEPT or buffer.worth is None
        for low, high in free if everywhere else self._pieces(flat, free, buffer.worth or ()):
            at = low
            while match := self.ESCAPE.search(flat, at, high):
                start = max(flat.rfind(b"\n", at, match.start()) + 1, at)
                end = flat.find(b"\n", match.end(), high)
                end = high if end < 0 else end
                packed = buffer.data[start:end]
                for params in self.variants(packed) if buffer.text or end - start >= LEAST_IN_BINARY else ():
                    undone = self.substitute(packed, params)
                    if undone != packed:
                        yield Layer(span=(start, end), data=undone, params=params)
                at = end

    def _pieces(self, flat: bytes, free: Sequence[Span], worth: Sequence[Span]) -> Iterator[Span]:
        """The free spans around the places that are worth it, up to the delimiters, which no escape holds."""
        done = 0
        for low, high in common(free, worth):
            place = bisect_right(free, (low, len(flat))) - 1
            start, end = free[place]
            if high > done:
                start = max(flat.rfind(b"\n", max(start, done), low) + 1, start, done)
                done = flat.find(b"\n", high - 1, end)
                done = end if done < 0 else done
                yield start, done


class Structure(Codec):
    """Packaging that gives its values names. Values that are written plainly are slices of the buffer."""

    @abstractmethod
    def leaves(self, data: bytes) -> Sequence[Leaf]:
        """All named values, in order, none overlapping another."""

    def near(self, data: bytes, places: Sequence[Span]) -> Sequence[Leaf]:
        """Those named values that touch one of the ordered ranges, and perhaps others; in order."""
        del places
        return self.leaves(data)

    def hides(self, data: bytes, span: Span) -> bool:
        """Whether a value that is not written plainly may lie in a range."""
        del data, span
        return True

    @abstractmethod
    def open(self, packed: bytes, params: Mapping[str, Value]) -> bytes:
        """What a value holds that is written so."""

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        """Only the values that are not written plainly: everything else is read where it stands."""
        del meter
        return self._opened(buffer, free, plain=False)

    def every(self, buffer: Buffer, free: Sequence[Span]) -> Iterator[Layer]:
        """All values within the free spans."""
        return self._opened(buffer, free, plain=True)

    def plain(self, packed: bytes, params: Mapping[str, Value]) -> bool:
        """Whether what a value holds is a slice of the buffer."""
        return self.open(packed, params) == packed

    def _opened(self, buffer: Buffer, free: Sequence[Span], *, plain: bool) -> Iterator[Layer]:
        everywhere = plain or not (isinstance(self, Substitution) and self.SWEPT)
        free = free if plain else [span for span in free if self.hides(buffer.data, span)]
        some = (not everywhere and buffer.worth) or free
        for leaf in self.near(buffer.data, some) if free else ():
            if not (everywhere or buffer.shows(leaf.span)):
                continue
            packed = buffer.data[slice(*leaf.span)]
            if not plain and self.plain(packed, leaf.params):
                continue
            place = bisect_right(free, (leaf.span[0], len(buffer.data))) - 1
            if place >= 0 and free[place][0] <= leaf.span[0] and leaf.span[1] <= free[place][1]:
                yield Layer(span=leaf.span, data=self.open(packed, leaf.params), params=leaf.params)

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        if not any(leaf.span == span and leaf.params == params for leaf in self.near(data, [span])):
            raise ValueError("no such value there")
        return self.open(data[slice(*span)], params)

    def outside(self, data: bytes, layer: Layer, inside: Spans) -> Spans:
        del data
        return inside.moved(layer.span[0])


class Names(Structure, Substitution):
    """A structure whose values are text with escapes."""

    outside = Substitution.outside

    OPENING: ClassVar[bytes] = b""
    """What stands before every value, when they all have the same before them."""

    def hides(self, data: bytes, span: Span) -> bool:
        if not self.OPENING:
            return True
        start = data.find(self.OPENING, max(span[0] - len(self.OPENING), 0), span[1])
        return start >= 0 and self.ESCAPE.search(data, start, span[1]) is not None

    def open(self, packed: bytes, params: Mapping[str, Value]) -> bytes:
        return self.substitute(packed, params)

    def plain(self, packed: bytes, params: Mapping[str, Value]) -> bool:
        return not self.escape(params).search(packed)
