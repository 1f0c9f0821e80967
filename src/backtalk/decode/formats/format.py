"""What a format is: one declarative file that knows how one maker's telemetry is written, and what its values are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

import msgspec

from backtalk.decode.formats.buffer import Buffer
from backtalk.decode.formats.conventions import kind_of
from backtalk.decode.formats.document import Item, plain
from backtalk.decode.formats.query import Pair
from backtalk.model.decoding import Span
from backtalk.model.message import Event, Message, Named, NameKind

LONGEST_VALUE = 300
"""Letters of a value that are kept; the span has all of it."""
MOST_FIELDS = 20_000
"""Values named in one buffer; what is beyond stays unnamed, and is searched all the same."""

NOTHING = frozenset({"", "null"})

Names = Mapping[str, NameKind]
"""Kinds by the path from the event on (`properties.$url`; `[]` for any place in a list)."""


class Format(ABC):
    """One maker's way of writing telemetry.

    A format is recognised from decoded bytes alone: labels, hosts and paths are not
    believed. FIELDS says what the maker's own names mean; all others are properties,
    unless their name or value is a convention (`conventions.py`).
    """

    ID: ClassVar[str]
    TITLE: ClassVar[str]
    VERSION: ClassVar[int] = 1
    SIGNS: ClassVar[str]
    """What it is recognised by, in words."""
    FIELDS: ClassVar[Names]
    REFERENCES: ClassVar[tuple[str, ...]]
    LIMITATIONS: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def read(self, buffer: Buffer) -> Message | None:
        """The buffer as this format reads it; None when it is none such."""

    def message(self, shared: Iterable[Named] = (), events: Iterable[Event] = ()) -> Message:
        """What was read, as a message of this format; its values are counted here."""
        left = MOST_FIELDS
        kept = tuple(shared)[:left]
        left -= len(kept)
        told: list[Event] = []
        for event in events:
            if left <= 0:
                break
            told.append(msgspec.structs.replace(event, fields=event.fields[:left]))
            left -= len(event.fields)
        return Message(format=self.ID, version=self.VERSION, title=self.TITLE, shared=kept, events=tuple(told))

    def named(self, name: str, value: str, span: Span) -> Named:
        """One value, its kind told by FIELDS, else by convention."""
        kind = self.FIELDS.get(name) or self.FIELDS.get(plain(name)) or kind_of(name, value)
        if value in NOTHING:
            kind = "property"
        return Named(kind=kind, name=name, value=value[:LONGEST_VALUE], span=span)

    def of_items(self, item: Item, within: str = "", *, without: Iterable[Item] = ()) -> Iterator[Named]:
        """Every value of a JSON document; `within` goes before its names, `without` is left out."""
        left_out = {id(one) for one in without}
        for name, leaf in item.leaves(within, left_out):
            yield self.named(name, leaf.text, leaf.span)

    def of_pairs(self, pairs: Iterable[Pair]) -> Iterator[Named]:
        """Every field of a form or query."""
        for pair in pairs:
            yield self.named(pair.name, pair.value, pair.span)

    def event(self, item: Item) -> Event:
        """A JSON object as one event."""
        return self.told(item.span, tuple(self.of_items(item)))

    def hit(self, pairs: tuple[Pair, ...]) -> Event:
        """A form or query as one event."""
        return self.told((pairs[0].span[0], pairs[-1].span[1]), tuple(self.of_pairs(pairs)))

    def told(self, span: Span, fields: tuple[Named, ...]) -> Event:
        """One event; the first in FIELDS of the kinds of name that it has is its name."""
        names = {plain(one.name): one.value for one in reversed(fields) if one.kind == "event"}
        name = next((names[field] for field in self.FIELDS if field in names), "")
        return Event(name=name, span=span, fields=fields)
