"""What was seen on the wire."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from backtalk.model.decoding import Step

ExchangeKind = Literal["http", "websocket", "dns", "tls", "tcp", "udp", "file", "log"]

PartName = Literal[
    "request.url",
    "request.header",
    "request.body",
    "response.header",
    "response.body",
    "websocket.sent",
    "websocket.received",
    "tcp.sent",
    "tcp.received",
    "udp.sent",
    "dns.name",
    "tls.sni",
    "file.bytes",
    "log.lines",
]

OUTGOING: frozenset[str] = frozenset(
    {
        *("request.url", "request.header", "request.body", "websocket.sent", "tcp.sent", "udp.sent", "dns.name"),
        *("tls.sni", "file.bytes"),
    }
)
"""The parts in which the subject speaks, or may (a plain file does not tell): a leak can only be in one of these."""


class Part(Struct, frozen=True, kw_only=True):
    """A named piece of an exchange: its bytes as ingested, before any decoding.

    A header part is the block of `name: value` lines, each ended by CRLF, in the
    order sent. `complete` is false where the capture ended or broke before the part did.
    `origin` is how the bytes were made from the file, where the file does not hold them as
    they are: the first step's input is the file itself.
    """

    name: PartName
    data: bytes
    complete: bool = True
    origin: tuple[Step, ...] = ()


class Exchange(Struct, frozen=True, kw_only=True):
    """One thing seen on the wire, with what is known of both ends.

    `index` counts from 0 in file order within `source` (a path relative to the case,
    or the file scanned). Times are seconds since the Unix epoch, 0.0 where unknown.
    `host` is the name asked for, lower case (SNI, Host or query name), else the address.
    `status` is 0 while unanswered. `error` says how it ended early, if it did. `app` is
    the program that it came from, in the capture's own words.
    """

    index: int
    kind: ExchangeKind
    source: str = ""
    started: float = 0.0
    ended: float = 0.0
    host: str = ""
    address: str = ""
    port: int = 0
    secure: bool = False
    method: str = ""
    url: str = ""
    status: int = 0
    parts: tuple[Part, ...] = ()
    error: str = ""
    app: str = ""

    def part(self, name: PartName) -> bytes:
        """The named part's bytes; empty when the exchange has none of that name."""
        return next((part.data for part in self.parts if part.name == name), b"")


class Gap(Struct, frozen=True, kw_only=True):
    """Something that left and could not be read, or a capture's loss: coverage.

    `count` is how many times (packets, connections, records); `host` may be empty. `size` is
    how many bytes left unread, where that is known.
    """

    kind: Literal["quic", "udp", "icmp", "tls-failed", "truncated", "damaged", "unreadable", "unrecorded"]
    count: int
    source: str = ""
    host: str = ""
    detail: str = ""
    size: int = 0
