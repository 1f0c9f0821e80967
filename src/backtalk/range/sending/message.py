"""A message as it goes to a collector, and what a packaging is."""

from __future__ import annotations

from typing import ClassVar, Literal, Protocol

from msgspec import Struct

from backtalk.range.builds import Collector
from backtalk.range.sending.keys import Keys
from backtalk.range.sending.record import Record

Readable = Literal["plain", "with the maker's key", "hashed", "by nobody else"]


class Message(Struct, frozen=True, kw_only=True):
    """One request; `app` is the program that sends it."""

    app: str
    scheme: Literal["https", "http"]
    host: str
    path: str
    method: Literal["POST", "GET"] = "POST"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


class Packaging(Protocol):
    """How records become bytes, and how the maker reads them. `GENUINE` names the SDK that does it, if one does."""

    ID: ClassVar[str]
    TITLE: ClassVar[str]
    GENUINE: ClassVar[str] = ""
    READABLE: ClassVar[Readable] = "plain"
    REFERENCES: ClassVar[tuple[str, ...]]
    PATH: ClassVar[str]
    """How the paths of its messages begin."""

    def pack(self, records: tuple[Record, ...], to: Collector, keys: Keys) -> tuple[Packed, ...]:
        """The messages that take these records to a collector."""
        ...

    def unpack(self, packed: Packed, keys: Keys) -> tuple[Record, ...]:
        """What the maker's server gets out of one. ValueError for anything else."""
        ...


class Packed(Struct, frozen=True, kw_only=True):
    """Path, content type and body of a message."""

    path: str
    type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
