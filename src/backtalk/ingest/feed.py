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

RENEW = 64 << 20
"""Bytes after which new connections go to a new tshark: it keeps all that it has opened until it ends."""

IDLE = 300.0
"""Seconds of the capture's time after which a connection that has fallen silent is taken for over."""

_TLS_RECORDS = (b"\x16\x03", b"\x14\x03", b"\x15\x03", b"\x17\x03")


class Flow:
    """What the going-through needs to know of a connection."""

    __slots__ = ("app", "client", "closed", "decided", "last", "number", "quic", "server", "shark", "tls")

    def __init__(self, number: int, client: tuple[bytes, int], server: tuple[bytes, int], shark: Shark | None) -> None:
        self.number, self.client, self.server, self.shark = number, client, server, shark
        self.decided = self.tls = self.quic = False
        self.closed = 0
        self.last = 0.0
        self.app = ""


class Shark:
    """A tshark with how many connections it was given, and how many are over: one thread writes each count."""

    __slots__ = ("given", "over", "process")

    def __init__(self, process: Tshark) -> None:
        self.process, self.given, self.over = process, 0, 0


class Step(Struct, frozen=True):
    """A packet of a connection; `asked` is the tshark that has it, `ends` says that the connection is over after it."""

    at: float
    flow: Flow
    packet: Packet | None
    sent: bool
    asked: Shark | None
    ends: bool = False
    reset: bool = False


class Stray(Struct, frozen=True):
    """A packet that belongs to no connection: what it is, and its bytes on the wire."""

    kind: str
    size: int


Event = Step | Stray | Gap | BaseException


class Feed:
    """Iterates over what the file shows. Close it also when it was not read to its end."""

    def __init__(self, path: Path, folder: Path, source: str) -> None:
        self._path, self._folder, self._source = path, folder, source
        self._queue: queue.Queue[list[Event] | None] = queue.Queue(BATCHES)
        self._stop = threading.Event()
        self._sharks: list[Shark] = []
        self._flows: dict[Key, Flow] = {}
        self._newest: Shark | None = None
        self._count = 0
        self._swept = 0.0
        self._thread = threading.Thread(target=self._run, name="packets", daemon=True)

    def __iter__(self) -> Iterator[Step | Stray | Gap]:
        self._thread.start()
        while (batch := self._queue.get()) is not None:
            for event in batch:
                if isinstance(event, BaseException):
                    raise event
                yield event

    def release(self, shark: Shark) -> None:
        """One connection fewer needs it; called when the last row of the connection was read."""
        shark.over += 1

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
        for shark in [one for one in self._sharks if one is not self._newest and one.given == one.over]:
            shark.process.done()
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
        for flow in list(self._flows.values()):
            yield Step(flow.last, flow, None, sent=True, asked=None, ends=True)

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
                yield Step(flow.last, flow, None, sent=True, asked=None, ends=True)

    def _flow(self, found: Packet, frame: packet_file.Frame, *, fresh: bool) -> tuple[Key, Flow, bool, Flow | None]:
        low, high = sorted((found.source, found.target))
        key = (found.protocol, low, high)
        flow = self._flows.get(key)
        old = None
        if flow is not None and fresh and flow.decided:
            old, flow = flow, None
        if flow is None:
            client, server = found.source, found.target
            if found.protocol == TCP and (found.flags & (SYN | ACK) == SYN | ACK or self._from_server(found)):
                client, server = server, client
            self._count += 1
            flow = self._flows[key] = Flow(self._count, client, server, None)
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
            yield Step(old.last, old, None, sent=True, asked=None, ends=True)
        if found.payload and not flow.decided:
            flow.decided = True
            flow.tls = found.payload[:2] in _TLS_RECORDS
        asked = self._ask(flow, frame.at, found.ip) if flow.tls or not flow.decided else None
        flow.closed |= (1 if sent else 2) if found.flags & FIN else 0
        reset = bool(found.flags & RST)
        # After both have said FIN, the acknowledgement of the last may come; it carries nothing.
        ends = reset or (flow.closed == 3 and not found.flags & FIN)
        yield Step(frame.at, flow, found, sent=sent, asked=asked, ends=ends, reset=reset)
        if ends:
            self._flows.pop(key, None)

    def _udp(self, frame: packet_file.Frame, found: Packet) -> Iterator[Event]:
        _, flow, sent, _ = self._flow(found, frame, fresh=False)
        if not flow.decided:
            flow.decided = True
            flow.quic = sent and _begins_quic(found)
        asked = self._ask(flow, frame.at, found.ip) if flow.quic else None
        yield Step(frame.at, flow, found, sent=sent, asked=asked)

    def _ask(self, flow: Flow, at: float, ip: bytes) -> Shark:
        if flow.shark is None:
            if self._newest is None or self._newest.process.load > RENEW:
                self._newest = Shark(Tshark(self._folder))
                self._sharks.append(self._newest)
            flow.shark = self._newest
            flow.shark.given += 1
        flow.shark.process.put(at, ip)
        return flow.shark


def _begins_quic(found: Packet) -> bool:
    """Whether a client's first datagram is QUIC's Initial: a long header, the fixed bit, the size it must have."""
    data = found.payload
    return len(data) >= 1200 and data[0] & 0xC0 == 0xC0 and data[1:5] != bytes(4)


def ends(flow: Flow) -> tuple[str, int]:
    """The server's address and port."""
    return address(flow.server[0]), flow.server[1]
