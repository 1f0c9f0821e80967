"""DNS messages (RFC 1035): what is asked, and which name an address was given as the answer to."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

import msgspec
from dnslib import DNSError, DNSRecord
from dnslib.dns import QTYPE

from backtalk.evidence import dns_exchanges
from backtalk.evidence.records import DnsQuery
from backtalk.ingest.notation import letters
from backtalk.model.capture import Exchange, Part

PORTS = frozenset({53, 5353, 5355})
_A, _AAAA = 1, 28
_QUESTIONS = struct.Struct(">HHHHHH")
_BARE_OPT = re.compile(rb"\0\0\x29.{6}\0\0", re.DOTALL)
"""EDNS without options (RFC 6891): it says what the asker can take, and nothing else."""


class Names:
    """Names by address, from the answers seen; the newest of each, so many at most."""

    MOST = 1 << 16

    def __init__(self) -> None:
        self.by_address: dict[str, str] = {}

    def learn(self, message: bytes) -> None:
        """Take an answer; one that cannot be read teaches nothing."""
        try:
            record = DNSRecord.parse(message)
            asked = str(record.q.qname).rstrip(".").lower()
            found = [str(answer.rdata) for answer in record.rr if answer.rtype in {_A, _AAAA}]
        except (DNSError, ValueError, IndexError, UnicodeError, struct.error):
            return
        for address in found:
            self.by_address.pop(address, None)
            self.by_address[address] = asked
        while len(self.by_address) > self.MOST:
            del self.by_address[next(iter(self.by_address))]


def questions(message: bytes, at: float, source: str) -> Iterator[Exchange]:
    """What a query asks, each question an exchange; the last holds also what stands behind the questions.

    ValueError if it is no DNS query, and for an answer.
    """
    if len(message) < 12:
        raise ValueError("no DNS message")
    _, flags, count, *_ = _QUESTIONS.unpack_from(message)
    if not 0 < count <= 16 or flags & 0xF800:
        raise ValueError("no DNS query")
    place, asked = 12, []
    for _ in range(count):
        name, place = _name(message, place)
        if place + 4 > len(message):
            raise ValueError("half a question")
        kind = int.from_bytes(message[place : place + 2], "big")
        place += 4
        asked.append(DnsQuery(at=at, name=name, type=QTYPE.forward.get(kind, str(kind))))
    *before, last = dns_exchanges(asked, source)
    behind = message[place:]
    if behind and not _BARE_OPT.fullmatch(behind):
        last = msgspec.structs.replace(last, parts=(*last.parts, Part(name="udp.sent", data=behind)))
    yield from (*before, last)


def answers(message: bytes) -> bool:
    """Whether this is an answer."""
    return len(message) >= 12 and bool(message[2] & 0x80)


def _name(message: bytes, at: int) -> tuple[str, int]:
    labels: list[bytes] = []
    after: int | None = None
    for _ in range(128):
        if at >= len(message):
            break
        size = message[at]
        if size & 0xC0 == 0xC0 and at + 1 < len(message):
            after = at + 2 if after is None else after
            at = (size & 0x3F) << 8 | message[at + 1]
        elif not size:
            name = b".".join(labels)
            return letters(name), at + 1 if after is None else after
        elif size < 64 and at + 1 + size <= len(message):
            labels.append(message[at + 1 : at + 1 + size])
            at += 1 + size
        else:
            break
    raise ValueError("no name")
