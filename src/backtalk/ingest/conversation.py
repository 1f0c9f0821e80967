"""One connection of a packet capture, from its first packet to its last, as exchanges."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from backtalk.ingest.dns import Names, questions
from backtalk.ingest.tcp import Half, Lost
from backtalk.ingest.tshark import Opened
from backtalk.ingest.wire.http1 import REQUEST, Http1
from backtalk.ingest.wire.http2 import PREFACE, Http2
from backtalk.ingest.wire.http3 import Http3
from backtalk.ingest.wire.pair import LONGEST, Peer
from backtalk.model.capture import Exchange, Part

Kind = Literal["tcp", "tls", "quic", "udp"]
FULL = "more was open at once than fits into memory"
_UNDECIDED = 1 << 12
"""Bytes after which a beginning that is still no protocol's is none."""


class Unread(Struct):
    """What of connections to one host no key opened: connections, TLS records or datagrams, bytes."""

    connections: int = 0
    pieces: int = 0
    size: int = 0


class Raw:
    """Bytes of no protocol that is read further: they are kept as they are."""

    def __init__(self, peer: Peer, at: float) -> None:
        self._peer, self._begun = peer, at
        self._pieces: dict[bool, list[bytes]] = {True: [], False: []}
        self._sizes = {True: 0, False: 0}
        self._whole = {True: True, False: True}
        self.error = ""

    def feed(self, data: bytes, *, sent: bool) -> None:
        if self._sizes[sent] + len(data) > LONGEST:
            data, self._whole[sent] = data[: LONGEST - self._sizes[sent]], False
        self._pieces[sent].append(data)
        self._sizes[sent] += len(data)

    def lost(self, *, sent: bool) -> None:
        self._whole[sent] = False

    @property
    def held(self) -> int:
        return sum(self._sizes.values())

    def end(self, at: float) -> Iterator[Exchange]:
        ways = ((True, "tcp.sent"), (False, "tcp.received"))
        parts = tuple(
            Part(
                name="tcp.sent" if name == "tcp.sent" else "tcp.received",
                data=b"".join(self._pieces[sent]),
                complete=self._whole[sent],
            )
            for sent, name in ways
            if self._sizes[sent] or not self._whole[sent]
        )
        if parts:
            yield about(self._peer, "tcp", self._begun, at, parts, self.error)


def about(
    peer: Peer, kind: Literal["tcp", "tls", "udp"], begun: float, ended: float, parts: tuple[Part, ...], error: str = ""
) -> Exchange:
    """An exchange that is no HTTP: its host is the SNI, else the name that its address was given, else the address."""
    address, port = peer.server
    host = (peer.sni or peer.names.get(address, "") or address).lower().rstrip(".")
    return Exchange(
        index=0, kind=kind, source=peer.source, started=begun, ended=ended, host=host, address=address, port=port,
        secure=peer.secure, parts=parts, error=error, app=peer.app,
    )  # fmt: skip


class Conversation:
    """Takes what the packets of one connection carry, in order."""

    def __init__(self, peer: Peer, at: float, names: Names) -> None:
        self.peer, self.begun, self.last = peer, at, at
        self.unread = Unread()
        self.failed = False
        """Whether the TLS handshake ended with an alert."""
        self.spoke = False
        """Whether the client sent anything after it."""
        self._names = names
        self._halves = {True: Half(), False: Half()}
        self._early: list[tuple[bool, bytes]] = []
        self._early_size = 0
        self._speaks: Http1 | Http2 | Raw | None = None
        self._http3: Http3 | None = None
        self._told_sni = False
        self.behind = 0
        """Bytes of TLS that stand behind packets which are not in the capture, these included: nothing opens them."""
        self.unheard = 0
        """Bytes that no tshark was given."""
        self._holed = {True: False, False: False}
        self._dns: dict[bool, bytes] = {True: b"", False: b""}

    def segment(
        self, at: float, sequence: int, data: bytes, *, sent: bool, syn: bool, missing: int
    ) -> Iterator[Exchange]:
        """A TCP segment that carries its bytes plainly."""
        self.last = max(self.last, at)
        for piece in self._halves[sent].add(sequence, data, syn=syn, missing=missing):
            yield from (
                self._lost(at, piece, sent=sent) if isinstance(piece, Lost) else self._bytes(at, piece, sent=sent)
            )

    def opened(self, at: float, opened: Opened, *, sent: bool) -> Iterator[Exchange]:
        """What tshark found in a packet of a TLS connection or of a QUIC one."""
        self.last = max(self.last, at)
        if opened.sni and sent and not self._told_sni:
            self._told_sni = True
            self.peer.sni = opened.sni.lower().rstrip(".")
            yield about(self.peer, "tls", at, at, (Part(name="tls.sni", data=opened.sni.encode()),))
        self.failed = self.failed or any(alert != 0 for alert in opened.alerts)
        self.spoke = self.spoke or (sent and bool(opened.data or opened.sealed))
        self.unread.pieces += opened.sealed + bool(opened.shut)
        self.unread.size += opened.shut
        for data in opened.data:
            yield from self._bytes(at, data, sent=sent)
        for piece in opened.pieces:
            if self._http3 is None:
                self._http3 = Http3(self.peer)
            yield from self._http3.feed(at, piece.stream, piece.offset, piece.data, sent=sent, fin=piece.fin)

    def sealed(self, sequence: int, data: bytes, *, sent: bool, syn: bool, missing: int) -> None:
        """Look for holes in a direction of TLS: tshark waits for ever for what is not in the capture."""
        self._behind(self._halves[sent].add(sequence, data, syn=syn, missing=missing), sent=sent)

    def _behind(self, pieces: list[bytes | Lost], *, sent: bool) -> None:
        for piece in pieces:
            self._holed[sent] = self._holed[sent] or isinstance(piece, Lost)
            if self._holed[sent]:
                self.behind += piece.size if isinstance(piece, Lost) else len(piece)

    def _drain(self) -> Iterator[Exchange]:
        at = self.last
        for sent, half in self._halves.items():
            pieces = half.end()
            if self.peer.secure:
                self._behind(pieces, sent=sent)
                continue
            for piece in pieces:
                yield from (
                    self._lost(at, piece, sent=sent) if isinstance(piece, Lost) else self._bytes(at, piece, sent=sent)
                )

    def end(self, *, whole: bool) -> Iterator[Exchange]:
        """No packet will follow; `whole` if the connection was closed."""
        at = self.last
        yield from self._drain()
        yield from self._left(at, {sent: held for sent, held in self._dns.items() if held})
        if self._http3 is not None:
            yield from self._http3.end(at)
        if self._speaks is None and self._early:
            yield from self._become_raw(at, "")
        if isinstance(self._speaks, Raw):
            yield from self._speaks.end(at)
        elif self._speaks is not None:
            yield from self._speaks.end(at, whole=whole)
            yield from self._left(at, self._speaks.unread)

    @property
    def held(self) -> int:
        """Bytes of what is not told yet, about."""
        waiting = self._early_size + sum(half.held for half in self._halves.values())
        waiting += sum(map(len, self._dns.values()))
        waiting += self._speaks.held if self._speaks is not None else 0
        return waiting + (self._http3.held if self._http3 is not None else 0)

    def relieve(self) -> Iterator[Exchange]:
        """Tell what is there, as far as it goes, so that nothing of it has to be kept."""
        yield from self._drain()
        if self._http3 is not None:
            yield from self._http3.relieve(self.last, FULL)
        if isinstance(self._speaks, Http2):
            yield from self._speaks.relieve(self.last, FULL)
        elif self._speaks is not None:
            yield from (
                self._speaks.end(self.last)
                if isinstance(self._speaks, Raw)
                else self._speaks.end(self.last, whole=False)
            )
            self._speaks = raw = Raw(self.peer, self.last)
            raw.error = FULL

    @property
    def problems(self) -> tuple[str, ...]:
        """What of HTTP/3 could not be read although its packets were opened."""
        return tuple(sorted(self._http3.problems)) if self._http3 is not None else ()

    def _bytes(self, at: float, data: bytes, *, sent: bool) -> Iterator[Exchange]:
        if self.peer.server[1] == 53 and not self.peer.secure:
            yield from self._dns_bytes(at, data, sent=sent)
        elif self._speaks is None:
            self._early.append((sent, data))
            self._early_size += len(data)
            yield from self._decide(at)
        elif isinstance(self._speaks, Raw):
            self._speaks.feed(data, sent=sent)
        else:
            yield from self._speaks.feed(at, data, sent=sent)
            if self._speaks.broken:
                yield from self._give_up(at)

    def _decide(self, at: float) -> Iterator[Exchange]:
        first = b"".join(data for sent, data in self._early if sent)
        if first.startswith(PREFACE[: len(first)]) and len(first) >= 4:
            self._speaks = Http2(self.peer)
        elif REQUEST.match(first):
            self._speaks = Http1(self.peer)
        elif b"\n" in first or len(first) >= _UNDECIDED or self._early_size >= _UNDECIDED or not _may_be_text(first):
            yield from self._become_raw(at, "")
            return
        else:
            return
        early, self._early, self._early_size = self._early, [], 0
        for sent, data in early:
            yield from self._bytes(at, data, sent=sent)

    def _become_raw(self, at: float, error: str) -> Iterator[Exchange]:
        raw = Raw(self.peer, self.begun)
        raw.error = error
        for sent, data in self._early:
            raw.feed(data, sent=sent)
        self._early, self._early_size = [], 0
        self._speaks = raw
        del at
        yield from ()

    def _lost(self, at: float, lost: Lost, *, sent: bool) -> Iterator[Exchange]:
        if self._speaks is None:
            yield from self._become_raw(at, f"{lost.size} bytes are not in the capture")
        if isinstance(self._speaks, Raw):
            self._speaks.lost(sent=sent)
        elif self._speaks is not None:
            yield from self._speaks.lost(at, lost.size, sent=sent)
            if self._speaks.broken:
                yield from self._give_up(at)

    def _give_up(self, at: float) -> Iterator[Exchange]:
        """What was understood is told; all that follows is kept as bytes."""
        broken = self._speaks
        assert isinstance(broken, Http1 | Http2)
        yield from broken.end(at, whole=False)
        self._speaks = raw = Raw(self.peer, at)
        raw.error = broken.broken
        for sent, data in sorted(broken.unread.items(), reverse=True):
            raw.feed(data, sent=sent)

    def _left(self, at: float, unread: dict[bool, bytes]) -> Iterator[Exchange]:
        """Bytes at the very end that are no whole message."""
        raw = Raw(self.peer, at)
        raw.error = "the connection ended before the message did"
        for sent, data in sorted(unread.items(), reverse=True):
            raw.feed(data, sent=sent)
            raw.lost(sent=sent)
        yield from raw.end(at)

    def _dns_bytes(self, at: float, data: bytes, *, sent: bool) -> Iterator[Exchange]:
        """DNS over TCP: each message behind its length."""
        self._dns[sent] += data
        while len(held := self._dns[sent]) >= 2 and len(held) >= (end := 2 + int.from_bytes(held[:2], "big")):
            self._dns[sent] = held[end:]
            if not sent:
                self._names.learn(held[2:end])
                continue
            try:
                yield from questions(held[2:end], at, self.peer.source)
            except ValueError:
                yield about(self.peer, "tcp", at, at, (Part(name="tcp.sent", data=held[:end]),))


def _may_be_text(first: bytes) -> bool:
    return all(32 <= byte < 127 or byte in b"\r\n\t" for byte in first[:32])
