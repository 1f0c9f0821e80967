"""What a maker's format says of decoded bytes: events, and the named values in them. Nothing rests on it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from backtalk.model.capture import PartName
from backtalk.model.decoding import Span

NameKind = Literal[
    "event", "time", "identifier", "account", "session", "url", "screen", "search",
    "device", "place", "app", "project", "library", "property",
]  # fmt: skip
"""What a value is for: `identifier` tells one device, installation or browser from others,
`account` names a person or their account, `project` is by what the recipient knows its
customer, `property` is all that the format leaves to that customer."""

IDENTIFYING: frozenset[NameKind] = frozenset({"identifier", "account", "session"})
"""Kinds that tie one message to others."""


class Named(Struct, frozen=True, kw_only=True):
    """A value with the name that the maker gives it (`properties.$url`), as text, cut when long.

    `span` is where its packed form lies in the buffer that was read: escapes are not undone there.
    """

    kind: NameKind
    name: str
    value: str
    span: Span


class Event(Struct, frozen=True, kw_only=True):
    """One thing that is told: what the maker calls it (or nothing), where it lies, and every value in it."""

    name: str = ""
    span: Span
    fields: tuple[Named, ...]


class Message(Struct, frozen=True, kw_only=True):
    """One buffer as a format reads it; `shared` holds for all its events.

    `format` and `version` are those of the rules, `title` is the format's name for people.
    """

    format: str
    version: int
    title: str
    shared: tuple[Named, ...] = ()
    events: tuple[Event, ...] = ()


class Beside(Struct, frozen=True, kw_only=True):
    """A value that left together with a sighting.

    `span` lies in the buffer that the first `depth` of the sighting's steps reach, or in
    `part` as ingested where it is another part of the exchange (`depth` is 0 then).
    """

    kind: NameKind
    name: str
    value: str
    part: PartName
    depth: int
    span: Span


class Setting(Struct, frozen=True, kw_only=True):
    """Where a sighting stands in a maker's format: event, field, and the identifiers beside it.

    It explains and names; no verdict depends on it.
    """

    format: str
    version: int
    title: str
    event: str = ""
    kind: NameKind = "property"
    field: str = ""
    beside: tuple[Beside, ...] = ()
