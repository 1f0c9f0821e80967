"""Captured packets (pcap, pcapng), with TLS and QUIC opened by tshark where there are keys."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Literal

import msgspec

from backtalk.errors import UnreadableCapture
from backtalk.ingest import packet_file
from backtalk.ingest.conversation import Conversation, Unread, about
from backtalk.ingest.dns import PORTS, Names, answers, questions
from backtalk.ingest.feed import Feed, Flow, Step, Stray, ends
from backtalk.ingest.packet import SYN, UDP
from backtalk.ingest.reader import Given, Item, Reader, numbered, shown
from backtalk.ingest.tshark import Opened, prepare
from backtalk.ingest.wire.pair import Peer
from backtalk.model.capture import Exchange, Gap, Part

ROOM, LOOK = 192 << 20, 16 << 20
"""Bytes of unfinished messages that are kept, at most, and bytes of packets after which they are counted again."""
BEHIND = "TLS behind packets that are not in the capture"
TOO_LONG = "what a connection said after more than can be opened in bounded memory"
BESIDE = "tls.keys"
"""A key log of this name in the capture's own folder is used as if it had been given."""


class Pcap(Reader):
    """Packets put together to connections, and these read as HTTP/1, HTTP/2, HTTP/3, WebSocket and DNS.

    Exchanges are numbered in the order in which they are complete.
    """

    ID = "pcap"
    NAME = "captured packets (pcap, pcapng)"
    REFERENCES = (
        "https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcapng/",
        "https://www.ietf.org/archive/id/draft-ietf-tls-keylogfile-02.html",
        "https://emanuele-f.github.io/PCAPdroid/advanced_features (trailer, UID blocks)",
    )
    LIMITATIONS = (
        "TLS inside a proxy's CONNECT or after STARTTLS, DTLS and fragments of IP packets are not opened.",
        "A QUIC connection that moves to another address is read up to there.",
        "A connection whose beginning is missing keeps HTTP/2 and HTTP/3 shut: their fields refer to earlier ones.",
        "Wi-Fi frames (radiotap) are not taken apart.",
        "Of one TLS or QUIC connection, 24 MiB and more are opened, 48 MiB at most; the rest is told as unread.",
        "Bodies are kept up to 64 MiB; longer ones are told as incomplete.",
    )
    ENDINGS = (".pcap", ".pcapng", ".cap")

    def sniff(self, head: bytes) -> bool:
        return packet_file.known(head)

    def read(self, path: Path, given: Given) -> Iterator[Item]:
        """UnreadableCapture if there is no packet in it; EnvironmentNotReady without tshark."""
        yield from numbered(_Packets(path, given).items())


class _Packets:
    def __init__(self, path: Path, given: Given) -> None:
        self._path, self._given, self._source = path, given, shown(str(path))
        self._names = Names()
        self._talks: dict[int, Conversation] = {}
        self._strays: Counter[str] = Counter()
        self._stray_sizes: Counter[str] = Counter()
        self._shut: dict[tuple[Literal["quic", "unreadable"], str], Unread] = {}
        self._failed: Counter[str] = Counter()
        self._problems: Counter[tuple[str, str]] = Counter()
        self._unopened: dict[tuple[str, str], Unread] = {}
        self._blind = self._seen = 0

    def items(self) -> Iterator[Item]:
        gaps: list[Gap] = []
        seen = 0
        with tempfile.TemporaryDirectory(prefix="backtalk-") as scratch:
            folder = Path(scratch)
            prepare(folder, self._keys())
            with closing(Feed(self._path, folder, self._source)) as feed:
                for event in feed:
                    if isinstance(event, Gap):
                        gaps.append(event)
                        continue
                    seen += 1
                    if isinstance(event, Stray):
                        self._strays[event.kind] += 1
                        self._stray_sizes[event.kind] += event.size
                    else:
                        yield from self._step(event)
                        yield from self._relieved(event)
        if not seen:
            said = f" ({gaps[0].detail})" if gaps else ""
            raise UnreadableCapture(f"{self._source} holds no packet{said}.", means="There is nothing to judge in it.")
        yield from _merged(gaps)
        yield from self._gaps()

    def _keys(self) -> bytes:
        """All secrets there are: the given key log, else the one beside the file, and those inside it."""
        beside = self._path.with_name(BESIDE)
        given = self._given.keys or (beside if beside.is_file() else None)
        lines = [given.read_bytes()] if given else []
        with self._path.open("rb") as file:
            lines += [
                block.lines
                for block in packet_file.blocks(file, self._source)
                if isinstance(block, packet_file.Secrets)
            ]
        return b"\n".join(lines)

    def _step(self, step: Step) -> Iterator[Exchange]:
        opened = self._row(step)
        talk = self._talks.get(step.flow.number)
        if talk is None:
            talk = self._talks[step.flow.number] = self._begin(step.flow, step.at)
        talk.peer.app = talk.peer.app or step.flow.app
        if step.unheard and step.packet is not None:
            talk.unheard += len(step.packet.payload)
        if step.packet is not None:
            if step.packet.protocol == UDP:
                yield from self._datagram(step, talk, opened)
            elif step.flow.tls:
                talk.peer.secure = True
                packet = step.packet
                talk.sealed(
                    packet.sequence, packet.payload, sent=step.sent, syn=bool(packet.flags & SYN),
                    missing=packet.missing,
                )  # fmt: skip
                yield from talk.opened(step.at, opened, sent=step.sent)
                talk.unread.size += len(packet.payload) if opened.sealed and not talk.behind else 0
            else:
                packet = step.packet
                yield from talk.segment(
                    step.at, packet.sequence, packet.payload, sent=step.sent, syn=bool(packet.flags & SYN),
                    missing=packet.missing,
                )  # fmt: skip
        if step.ends:
            yield from talk.end(whole=step.packet is not None)
            self._over(talk, step.flow)
            del self._talks[step.flow.number]

    def _relieved(self, step: Step) -> Iterator[Exchange]:
        """Now and then, where too much is unfinished, tell the largest of it as it is."""
        self._seen += len(step.packet.payload) if step.packet else 0
        if self._seen < LOOK:
            return
        self._seen = 0
        held = sorted(((talk.held, number) for number, talk in self._talks.items()), reverse=True)
        over = sum(size for size, _ in held) - ROOM
        for size, number in held:
            if over <= 0:
                return
            over -= size
            yield from self._talks[number].relieve()

    def _row(self, step: Step) -> Opened:
        if step.asked is None:
            return Opened()
        for _ in range(step.again):
            step.asked.process.row()
        row = step.asked.process.row()
        if row is None:
            self._blind += 1
        return row or Opened()

    def _begin(self, flow: Flow, at: float) -> Conversation:
        peer = Peer(source=self._source, server=ends(flow), names=self._names.by_address, app=flow.app)
        return Conversation(peer, at, self._names)

    def _datagram(self, step: Step, talk: Conversation, opened: Opened) -> Iterator[Exchange]:
        assert step.packet is not None
        data, source, target = step.packet.payload, step.packet.source[1], step.packet.target[1]
        if step.flow.quic:
            talk.peer.secure = True
            # tshark shows the streams' bytes a second time, as data of no protocol.
            pieces_alone = msgspec.structs.replace(opened, data=())
            yield from talk.opened(step.at, pieces_alone, sent=step.sent)
            return
        if source in PORTS and answers(data):
            self._names.learn(data)
            if target not in PORTS:
                return
        elif target in PORTS:
            try:
                asked = list(questions(data, step.at, self._source))
            except ValueError:
                pass
            else:
                yield from (msgspec.structs.replace(one, app=talk.peer.app) for one in asked)
                return
        if step.sent and data:
            whole = not step.packet.missing
            part = Part(name="udp.sent", data=data, complete=whole)
            yield about(talk.peer, "udp", step.at, step.at, (part,))

    def _over(self, talk: Conversation, flow: Flow) -> None:
        """Count what of the connection stayed shut."""
        host = talk.peer.sni or self._names.by_address.get(talk.peer.server[0], "") or talk.peer.server[0]
        if talk.unread.pieces:
            kind: Literal["quic", "unreadable"] = "quic" if flow.quic else "unreadable"
            unread = self._shut.setdefault((kind, host), Unread())
            unread.connections += 1
            unread.pieces += talk.unread.pieces
            unread.size += talk.unread.size
        for reason, size in ((BEHIND, talk.behind), (TOO_LONG, talk.unheard)):
            if size:
                unopened = self._unopened.setdefault((host, reason), Unread())
                unopened.connections += 1
                unopened.size += size
        if flow.tls and (talk.failed or not talk.spoke):
            self._failed[host] += 1
        for problem in talk.problems:
            self._problems[(host, problem)] += 1

    def _gaps(self) -> Iterator[Gap]:
        for (kind, host), unread in sorted(self._shut.items()):
            what = "packet" if kind == "quic" else "TLS record"
            detail = f"{_many(unread.pieces, what)} in {_many(unread.connections, 'connection')} that no key opens"
            yield Gap(
                kind=kind, count=unread.connections, source=self._source, host=host, detail=detail, size=unread.size
            )
        for (host, reason), unread in sorted(self._unopened.items()):
            yield Gap(
                kind="unreadable", count=unread.connections, source=self._source, host=host, detail=reason,
                size=unread.size,
            )  # fmt: skip
        for host, count in sorted(self._failed.items()):
            detail = "handshakes that ended with an alert or before their end"
            yield Gap(kind="tls-failed", count=count, source=self._source, host=host, detail=detail)
        for (host, problem), count in sorted(self._problems.items()):
            yield Gap(kind="unreadable", count=count, source=self._source, host=host, detail=f"HTTP/3: {problem}")
        for kind_of, count in sorted(self._strays.items()):
            size = self._stray_sizes[kind_of]
            if kind_of == "icmp":
                yield Gap(kind="icmp", count=count, source=self._source, detail="ICMP", size=size)
            else:
                yield Gap(kind="unreadable", count=count, source=self._source, detail=kind_of, size=size)
        if self._blind:
            detail = "packets after which tshark had given up"
            yield Gap(kind="damaged", count=self._blind, source=self._source, detail=detail)


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"


def _merged(gaps: list[Gap]) -> Iterator[Gap]:
    """Equal damage told once, with how often and how much."""
    counted: Counter[tuple[str, str]] = Counter((gap.kind, gap.detail) for gap in gaps)
    sizes: Counter[tuple[str, str]] = Counter()
    for gap in gaps:
        sizes[(gap.kind, gap.detail)] += gap.size
    first = {(gap.kind, gap.detail): gap for gap in reversed(gaps)}
    for key in dict.fromkeys((gap.kind, gap.detail) for gap in gaps):
        yield msgspec.structs.replace(first[key], count=counted[key], size=sizes[key])
