"""Goes through a packet file once: tells connections apart, and hands to tshark what only it can open."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from backtalk.ingest import packet_file
from backtalk.ingest.packet import ACK, FIN, LINKS, RST, SYN, TCP, UDP, Packet, address, ip_of, packet
from backtalk.ingest.tshark import Tshark
from backtalk.model.capture import Gap

Key = tuple[int, tuple[bytes, int], tuple[bytes, int]]

BATCH_BYTES, BATCH_PACKETS, BATCHES = 1 << 20, 512, 8
"""How much is on its way between the two threads, at most: about 8 MiB."""

RENEW = 24 << 20
"""Bytes after which connections go to a new tshark: it keeps all that it has opened until it ends, five times over."""

HEAVIEST = 48 << 20
"""Bytes that one tshark is given at most; what connections of more bytes say after that is not opened."""

PINNED = 1
"""Older tsharks that go on for connections too long to be moved, at most."""

HISTORY, HISTORIES = 256 << 10, 32 << 20
"""Bytes of one connection, and of all, that are kept to move connections that are still open to a new tshark."""

FLOWS = 1 << 16
"""Connections that are followed at once, at most; of more, the one that was silent longest is taken for over."""

IDLE = 300.0
"""Seconds of the capture's time after which a connection that has fallen silent is taken for over."""

_TLS_RECORDS = (b"\x16\x03", b"\x14\x03", b"\x15\x03", b"\x17\x03")


class Flow:
    """What the going-through needs to know of a connection."""

    __slots__ = (
        *("app", "client", "closed", "decided", "given_up", "history", "last", "number", "quic", "server", "shark"),
        *("size", "tls"),
    )

    def __init__(self, number: int, client: tuple[bytes, int], server: tuple[bytes, int]) -> None:
        self.number, self.client, self.server = number, client, server
        self.shark: Shark | None = None
        self.history: list[tuple[float, bytes]] | None = []
        self.size = 0
        self.decided = self.tls = self.quic = self.given_up = False
        self.closed = 0
        self.last = 0.0
        self.app = ""


class Shark:
    """A tshark with its connections that are open. `over` is set by the reader, when it wants no row any more."""

    __slots__ = ("flows", "over", "process")

    def __init__(self, process: Tshark) -> None:
        self.process, self.over = process, False
        self.flows: dict[Flow, None] = {}


class Step(Struct, frozen=True):
    """A packet of a connection; `asked` is the tshark that has it, `ends` says that the connection is over after it.

    `again` is how many packets of the connection were given to that tshark before this one,
    for the second time: their rows are to be passed over.
    """

    at: float
    flow: Flow
    packet: Packet | None
    sent: bool
    asked: Shark | None
    again: int = 0
    ends: bool = False
    unheard: bool = False


class Stray(Struct, frozen=True):
    """A packet that belongs to no connection: what it is, and its bytes on the wire."""

    kind: str
    size: int


class Over(Struct, frozen=True):
    """No packet will be asked of this tshark any more."""

    shark: Shark


Event = Step | Stray | Over | Gap | BaseException


class Feed:
    """Iterates over what the file shows. Close it also when it was not read to its end."""

    def __init__(self, path: Path, folder: Path, source: str) -> None:
        self._path, self._folder, self._source = path, folder, source
        self._queue: queue.Queue[list[Event] | None] = queue.Queue(BATCHES)
        self._stop = threading.Event()
        self._sharks: list[Shark] = []
        self._flows: dict[Key, Flow] = {}
        self._newest: Shark | None = None
        self._left: list[Over] = []
        self._kept = 0
        self._count = 0
        self._swept = 0.0
        self._thread = threading.Thread(target=self._run, name="packets", daemon=True)

    def __iter__(self) -> Iterator[Step | Stray | Gap]:
        self._thread.start()
        while (batch := self._queue.get()) is not None:
            for event in batch:
                if isinstance(event, BaseException):
                    raise event
                if isinstance(event, Over):
                    event.shark.over = True
                else:
                    yield event

    def close(self) -> None:
        """End the thread and every tshark."""
        self._stop.set()
        for shark in list(self._sharks):
            shark.process.close()
        while self._thread.is_alive():
            try:
                self._queue.get(timeout=0.05)
            except queue.Empty:
                continue
        for shark in self._sharks:
            shark.process.close()

    def _run(self) -> None:
        try:
            batch: list[Event] = []
            size = 0
            for event in self._events():
                batch.append(event)
                size += len(event.packet.ip) if isinstance(event, Step) and event.packet else 64
                if size > BATCH_BYTES or len(batch) >= BATCH_PACKETS:
                    self._send(batch)
                    batch, size = [], 0
                if self._stop.is_set():
                    return
            self._send(batch)
        except BaseException as error:  # noqa: BLE001 -- it is raised again in the thread that reads
            self._send([error])
        finally:
            self._put(None)

    def _send(self, batch: list[Event]) -> None:
        for shark in self._sharks:
            shark.process.flush()
        self._put(batch)
        for shark in [one for one in self._sharks if one.over]:
            self._sharks.remove(shark)
            shark.process.close()

    def _put(self, batch: list[Event] | None) -> None:
        while not self._stop.is_set():
            try:
                self._queue.put(batch, timeout=0.2)
                return
            except queue.Full:
                continue

    def _events(self) -> Iterator[Event]:
        with self._path.open("rb") as file:
            for block in packet_file.blocks(file, self._source):
                if isinstance(block, Gap):
                    yield block
                elif isinstance(block, packet_file.Frame):
                    yield from self._frame(block)
                    yield from self._left
                    self._left.clear()
        for flow in list(self._flows.values()):
            yield self._end(flow)

    def _end(self, flow: Flow) -> Step:
        self._part(flow)
        return Step(flow.last, flow, None, sent=True, asked=None, ends=True)

    def _frame(self, frame: packet_file.Frame) -> Iterator[Event]:
        if frame.link not in LINKS:
            yield Stray(f"frames of link type {frame.link}", frame.length)
            return
        ip = ip_of(frame.link, frame.data)
        if ip is None:
            return  # ARP and the like never leave the link
        found = packet(ip)
        if found is None:
            yield Stray("IP packets that are broken", frame.length)
        elif found.fragment:
            yield Stray("fragments of IP packets", frame.length)
        elif found.protocol not in {TCP, UDP}:
            yield Stray("icmp" if found.protocol in {1, 58} else f"IP protocol {found.protocol}", frame.length)
        elif found.protocol == TCP:
            yield from self._tcp(frame, found)
        else:
            yield from self._udp(frame, found)
        if frame.at - self._swept > IDLE / 2:
            yield from self._sweep(frame.at)

    def _sweep(self, now: float) -> Iterator[Event]:
        """Connections that have been silent for long are over: their state must not pile up."""
        self._swept = now
        for key, flow in list(self._flows.items()):
            if now - flow.last > IDLE:
                del self._flows[key]
                yield self._end(flow)

    def _flow(self, found: Packet, frame: packet_file.Frame, *, fresh: bool) -> tuple[Key, Flow, bool, Flow | None]:
        low, high = sorted((found.source, found.target))
        key = (found.protocol, low, high)
        flow = self._flows.pop(key, None)
        old = None
        if flow is not None and fresh and flow.decided:
            old, flow = flow, None
        if flow is None:
            client, server = found.source, found.target
            if found.flags & (SYN | ACK) == SYN | ACK or self._from_server(found):
                client, server = server, client
            self._count += 1
            flow = Flow(self._count, client, server)
        self._flows[key] = flow  # behind all others: the first is the one that was silent longest
        flow.last = max(flow.last, frame.at)
        flow.app = flow.app or frame.app
        return key, flow, found.source == flow.client, old

    def _from_server(self, found: Packet) -> bool:
        """Where the beginning was not captured: services have the lower port."""
        return not found.flags & SYN and found.source[1] < 1024 <= found.target[1]

    def _tcp(self, frame: packet_file.Frame, found: Packet) -> Iterator[Event]:
        fresh = found.flags & (SYN | ACK) == SYN
        key, flow, sent, old = self._flow(found, frame, fresh=fresh)
        if old is not None:
            yield self._end(old)
        if found.payload and not flow.decided:
            flow.decided = True
            flow.tls = found.payload[:2] in _TLS_RECORDS
            if not flow.tls:
                self._part(flow)
        asked, again = self._ask(flow, frame.at, found.ip) if flow.tls or not flow.decided else (None, 0)
        flow.closed |= (1 if sent else 2) if found.flags & FIN else 0
        # After both have said FIN, the acknowledgement of the last may come; it carries nothing.
        ends = bool(found.flags & RST) or (flow.closed == 3 and not found.flags & FIN)
        unheard = flow.tls and asked is None
        yield Step(frame.at, flow, found, sent=sent, asked=asked, again=again, ends=ends, unheard=unheard)
        if ends:
            self._flows.pop(key, None)
            self._part(flow)
        yield from self._crowded()

    def _crowded(self) -> Iterator[Step]:
        if len(self._flows) > FLOWS:
            yield self._end(self._flows.pop(next(iter(self._flows))))

    def _udp(self, frame: packet_file.Frame, found: Packet) -> Iterator[Event]:
        _, flow, sent, _ = self._flow(found, frame, fresh=False)
        if not flow.decided:
            flow.decided = True
            flow.quic = sent and _begins_quic(found)
        asked, again = self._ask(flow, frame.at, found.ip) if flow.quic else (None, 0)
        yield Step(frame.at, flow, found, sent=sent, asked=asked, again=again, unheard=flow.quic and asked is None)
        yield from self._crowded()

    def _ask(self, flow: Flow, at: float, ip: bytes) -> tuple[Shark | None, int]:
        """Give the packet to the connection's tshark; to a new one with all that went before, if it was moved."""
        if flow.given_up:
            return None, 0
        again = 0
        if flow.shark is None:
            flow.shark = self._open()
            flow.shark.flows[flow] = None
            for then, packet_before in flow.history or ():
                flow.shark.process.put(then, packet_before)
                again += 1
        shark = flow.shark
        shark.process.put(at, ip)
        self._remember(flow, at, ip)
        if shark.process.load > HEAVIEST:
            self._retire(shark, and_the_long=True)
        return shark, again

    def _open(self) -> Shark:
        """The newest tshark, if it still has room, else a new one."""
        if self._newest is not None:
            if self._newest.process.load <= RENEW:
                return self._newest
            self._retire(self._newest, and_the_long=False)
        pinned = [one for one in self._sharks if one.flows]
        for shark in pinned[: max(len(pinned) - PINNED, 0)]:
            self._retire(shark, and_the_long=True)
        self._newest = Shark(Tshark(self._folder))
        self._sharks.append(self._newest)
        return self._newest

    def _retire(self, shark: Shark, *, and_the_long: bool) -> None:
        """Take its connections from it; those too long to be moved stay with it, or are not opened any further."""
        if shark is self._newest:
            self._newest = None
        for flow in list(shark.flows):
            if flow.history is not None:
                del shark.flows[flow]
                flow.shark = None
            elif and_the_long:
                del shark.flows[flow]
                flow.shark, flow.given_up = None, True
        if not shark.flows:
            self._left.append(Over(shark))

    def _remember(self, flow: Flow, at: float, ip: bytes) -> None:
        if flow.history is None:
            return
        flow.history.append((at, ip))
        flow.size += len(ip)
        self._kept += len(ip)
        if flow.size > HISTORY or self._kept > HISTORIES:
            self._forget(flow)

    def _forget(self, flow: Flow) -> None:
        self._kept -= flow.size
        flow.history, flow.size = None, 0

    def _part(self, flow: Flow) -> None:
        """The connection needs no tshark any more."""
        shark, flow.shark = flow.shark, None
        self._forget(flow)
        if shark is not None:
            del shark.flows[flow]
            if not shark.flows and shark is not self._newest:
                self._left.append(Over(shark))


def _begins_quic(found: Packet) -> bool:
    """Whether a client's first datagram is QUIC's Initial: a long header, the fixed bit, the size it must have."""
    data = found.payload
    return len(data) >= 1200 and data[0] & 0xC0 == 0xC0 and data[1:5] != bytes(4)


def ends(flow: Flow) -> tuple[str, int]:
    """The server's address and port."""
    return address(flow.server[0]), flow.server[1]
