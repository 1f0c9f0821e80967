"""HTTP/2 (RFC 9113), both directions of one connection, read leniently."""

from __future__ import annotations

from collections.abc import Iterator

from hpack import Decoder
from hpack.exceptions import HPACKError

from backtalk.evidence.records import Headers
from backtalk.ingest.notation import letters
from backtalk.ingest.wire.pair import Pair, Peer
from backtalk.ingest.wire.websocket import WebSocket
from backtalk.model.capture import Exchange

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
LONGEST_HEAD = 1 << 22
_DATA, _HEADERS, _RESET, _SETTINGS, _PUSH, _CONTINUATION = 0, 1, 3, 4, 5, 9
_END_STREAM, _END_HEADERS, _PADDED, _PRIORITY = 1, 4, 8, 32
_FIRST_LINE = frozenset({b":method", b":scheme", b":authority", b":path", b":protocol", b":status"})
_TABLE = 1 << 20
"""Bytes that a peer may ask the table of header fields to hold, at most."""


class _Way:
    def __init__(self, *, sent: bool) -> None:
        self.sent, self.buffer = sent, bytearray()
        self.decoder = Decoder(max_header_list_size=LONGEST_HEAD)
        self.decoder.max_allowed_table_size = _TABLE
        self.block: list[bytes] = []
        self.block_size = 0
        self.block_stream, self.block_ends = 0, False
        self.headless = ""


class Http2:
    """A connection that speaks HTTP/2 from its first byte on."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._ways = {True: _Way(sent=True), False: _Way(sent=False)}
        self._streams: dict[int, Pair] = {}
        self._sockets: dict[int, WebSocket] = {}
        self._asked_for_sockets: set[int] = set()
        self._prefaced = False
        self.broken = ""
        self.unread: dict[bool, bytes] = {}

    def feed(self, at: float, data: bytes, *, sent: bool) -> Iterator[Exchange]:
        """The exchanges that these bytes complete."""
        way = self._ways[sent]
        way.buffer += data
        if sent and not self._prefaced:
            if len(way.buffer) < len(PREFACE):
                return
            way.buffer, self._prefaced = way.buffer.removeprefix(PREFACE), True
        at_byte = 0
        while not self.broken and len(way.buffer) - at_byte >= 9:
            length = int.from_bytes(way.buffer[at_byte : at_byte + 3], "big")
            if len(way.buffer) - at_byte < 9 + length:
                break
            kind, flags = way.buffer[at_byte + 3], way.buffer[at_byte + 4]
            stream = int.from_bytes(way.buffer[at_byte + 5 : at_byte + 9], "big") & 0x7FFFFFFF
            payload = bytes(way.buffer[at_byte + 9 : at_byte + 9 + length])
            at_byte += 9 + length
            yield from self._frame(at, way, kind, flags, stream, payload)
        del way.buffer[:at_byte]

    def lost(self, at: float, size: int, *, sent: bool) -> Iterator[Exchange]:
        """So many bytes are missing: where the next frame begins cannot be known."""
        del at, sent
        self.broken = f"{size} bytes are not in the capture"
        yield from ()

    @property
    def held(self) -> int:
        """Bytes of what is not told yet."""
        waiting = sum(pair.held for pair in self._streams.values()) + sum(one.held for one in self._sockets.values())
        return waiting + sum(len(way.buffer) + way.block_size for way in self._ways.values())

    def relieve(self, at: float, error: str) -> Iterator[Exchange]:
        """Tell what is there of everything that is not at its end, and keep nothing of it."""
        for socket in self._sockets.values():
            yield from socket.end()
        for pair in self._streams.values():
            pair.failed(at, error)
            yield pair.exchange()
        self._streams.clear()

    def end(self, at: float, *, whole: bool) -> Iterator[Exchange]:
        """The connection is over."""
        del whole
        yield from self.relieve(at, self.broken or "the connection ended before the message did")
        for way in self._ways.values():
            if way.buffer:
                self.unread[way.sent] = bytes(way.buffer)

    def _frame(self, at: float, way: _Way, kind: int, flags: int, stream: int, payload: bytes) -> Iterator[Exchange]:
        if kind in {_DATA, _HEADERS, _PUSH} and flags & _PADDED:
            payload = payload[1 : len(payload) - payload[0]] if payload and payload[0] < len(payload) else b""
        match kind:
            case 0:
                yield from self._data(at, way, stream, payload, ends=bool(flags & _END_STREAM))
            case 1:
                payload = payload[5:] if flags & _PRIORITY else payload
                way.block, way.block_stream, way.block_ends = [payload], stream, bool(flags & _END_STREAM)
            case 5:
                way.block, way.block_stream, way.block_ends = [payload[4:]], 0, False
            case 9:
                way.block.append(payload)
                way.block_size += len(payload) + 64
                if way.block_size > LONGEST_HEAD:
                    self.broken = "header fields without an end"
                    return
            case 3:
                yield from self._reset(at, stream, int.from_bytes(payload[:4], "big"))
            case _:
                return
        if kind in {_HEADERS, _PUSH, _CONTINUATION} and flags & _END_HEADERS:
            yield from self._headers(at, way)

    def _headers(self, at: float, way: _Way) -> Iterator[Exchange]:
        packed, way.block, way.block_size = b"".join(way.block), [], 0
        try:
            fields = [(bytes(name), bytes(value)) for name, value in way.decoder.decode(packed, raw=True)]
        except (HPACKError, ValueError, IndexError) as error:
            # Whatever was indexed after this cannot be told any more.
            self.broken = f"header fields cannot be unpacked: {type(error).__name__}"
            return
        if not way.block_stream:  # a promise: what is pushed, nobody asked for
            return
        if way.sent:
            self._request(at, way.block_stream, fields)
        else:
            self._response(at, way.block_stream, fields)
        if way.block_ends:
            yield from self._ended(at, way, way.block_stream)

    def _request(self, at: float, stream: int, fields: list[tuple[bytes, bytes]]) -> None:
        if stream in self._streams:
            self._streams[stream].trailers(plain(fields), sent=True)
            return
        pair = self._streams[stream] = Pair(self._peer)
        ask(pair, at, fields, "HTTP/2.0")
        if (b":protocol", b"websocket") in fields:
            self._asked_for_sockets.add(stream)

    def _response(self, at: float, stream: int, fields: list[tuple[bytes, bytes]]) -> None:
        pair = self._streams.get(stream)
        status = dict(fields).get(b":status", b"")
        if pair is None or (status.startswith(b"1") and status != b"101"):
            return
        if not (status.isdigit() and len(status) < 6):
            pair.trailers(plain(fields), sent=False)
            return
        pair.response(at, min(int(status), 999), plain(fields))

    def _data(self, at: float, way: _Way, stream: int, payload: bytes, *, ends: bool) -> Iterator[Exchange]:
        pair = self._streams.get(stream)
        if pair is not None and pair.status == 200 and stream in self._asked_for_sockets:
            self._asked_for_sockets.discard(stream)
            shake = pair.exchange()
            yield shake
            self._sockets[stream] = WebSocket(shake, b"permessage-deflate")
            del self._streams[stream]
            pair = None
        if socket := self._sockets.get(stream):
            yield from socket.feed(at, payload, sent=way.sent)
        elif pair is not None:
            pair.data(at, payload, sent=way.sent)
        if ends:
            yield from self._ended(at, way, stream)

    def _ended(self, at: float, way: _Way, stream: int) -> Iterator[Exchange]:
        pair = self._streams.get(stream)
        if pair is None:
            return
        pair.end(at, sent=way.sent)
        if pair.asked and pair.answered:
            del self._streams[stream]
            yield pair.exchange()

    def _reset(self, at: float, stream: int, code: int) -> Iterator[Exchange]:
        pair = self._streams.pop(stream, None)
        if pair is not None:
            pair.failed(at, f"the stream was reset (code {code})")
            yield pair.exchange()


def ask(pair: Pair, at: float, fields: list[tuple[bytes, bytes]], version: str) -> None:
    """Begin a request by its fields, as HTTP/2 and HTTP/3 write them."""
    named = dict(reversed(fields))
    pair.request(
        at,
        method=letters(named.get(b":method", b"")),
        path=letters(named.get(b":path", b"")),
        authority=letters(named.get(b":authority", b"") or named.get(b"host", b"")),
        version=version,
        headers=plain(fields),
        scheme=letters(named.get(b":scheme", b"")),
    )


def plain(fields: list[tuple[bytes, bytes]]) -> Headers:
    """The fields without those that stand for the first line: once each, for what comes again nobody has read."""
    first = dict(reversed(fields))
    left = {name: first[name] for name in _FIRST_LINE & first.keys()}
    return tuple(field for field in fields if left.pop(field[0], None) is None)
