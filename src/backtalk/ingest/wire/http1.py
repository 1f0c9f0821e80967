"""HTTP/1.0 and 1.1 (RFC 9112), both directions of one connection, read leniently."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from typing import Literal

from backtalk.ingest.http_text import CHUNK_SIZE, head
from backtalk.ingest.notation import letters
from backtalk.ingest.wire.pair import Pair, Peer
from backtalk.ingest.wire.websocket import WebSocket
from backtalk.model.capture import Exchange

REQUEST = re.compile(rb"[\r\n]*[A-Z][A-Z-]{1,31} \S+ HTTP/1\.\d\r?\n")
LONGEST_HEAD = 1 << 20
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/1\.\d +(\d{3})")
_LINE_END = re.compile(rb"\r?\n")
_BLANK = re.compile(rb"[\r\n]*")
_CHUNK_END = re.compile(rb"\r?\n?")

State = Literal["head", "length", "chunk", "trailer", "until end"]


class _Way:
    """One direction: what has come and is not read yet, and where in a message it stands."""

    def __init__(self, *, sent: bool) -> None:
        self.sent, self.buffer = sent, bytearray()
        self.searched = 0
        """Bytes at the beginning in which nothing ends that is waited for: they are not looked at again."""
        self.state: State = "head"
        self.left = 0
        self.pair: Pair | None = None

    def take(self, size: int, kept: int | None = None) -> bytes:
        """So many bytes, which are then no longer there; the first of them, where not all are wanted."""
        taken = bytes(self.buffer[: size if kept is None else kept])
        del self.buffer[:size]
        self.searched = 0
        return taken


class Http1:
    """A connection that speaks HTTP/1. `broken` says that it no longer does, with the bytes not understood."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._out, self._in = _Way(sent=True), _Way(sent=False)
        self._unanswered: deque[Pair] = deque()
        self._asked: deque[Pair] = deque()
        self._socket: WebSocket | None = None
        self.broken = ""
        self.unread: dict[bool, bytes] = {}
        self.shake = Exchange(index=0, kind="http")

    def feed(self, at: float, data: bytes, *, sent: bool) -> Iterator[Exchange]:
        """The exchanges that these bytes complete."""
        if self._socket is not None:
            yield from self._socket.feed(at, data, sent=sent)
            return
        way = self._out if sent else self._in
        way.buffer += data
        yield from self._read(at, way)

    def lost(self, at: float, size: int, *, sent: bool) -> Iterator[Exchange]:
        """So many bytes are missing: a body goes on without being whole, a head cannot."""
        way = self._out if sent else self._in
        if self._socket is not None:
            yield from self._socket.lost()
        elif way.state == "length" and way.left >= size and way.pair is not None:
            way.left -= size
            way.pair.failed(at, f"{size} bytes are not in the capture")
            way.pair.hole(sent=sent)
            yield from self._body(at, way)
        else:
            self.broken = f"{size} bytes are not in the capture"

    @property
    def held(self) -> int:
        """Bytes of what is not told yet."""
        waiting = sum(pair.held for pair in self._unanswered) + len(self._in.buffer) + len(self._out.buffer)
        return waiting + (self._socket.held if self._socket is not None else 0)

    def end(self, at: float, *, whole: bool) -> Iterator[Exchange]:
        """The connection is over; `whole` if it was closed and not merely lost from sight."""
        if self._socket is not None:
            yield from self._socket.end()
            return
        if self._in.state == "until end" and self._in.pair is not None and whole and not self.broken:
            self._in.pair.end(at, sent=False)
            yield from self._finish(self._in)
        for pair in self._unanswered:
            if not (pair.asked and pair.answered):
                pair.failed(at, self.broken or "the connection ended before the message did")
            yield pair.exchange()
        self._unanswered.clear()
        for way in (self._out, self._in):
            if way.buffer:
                self.unread[way.sent] = bytes(way.buffer)

    def _read(self, at: float, way: _Way) -> Iterator[Exchange]:
        while not self.broken and self._socket is None:
            before = (len(way.buffer), way.state)
            match way.state:
                case "head":
                    yield from self._head(at, way)
                case "length" | "until end":
                    yield from self._body(at, way)
                case "chunk":
                    yield from self._chunk(at, way)
                case "trailer":
                    yield from self._trailer(at, way)
            if not way.buffer or before == (len(way.buffer), way.state):
                return
        if self._socket is not None and way.buffer:
            yield from self._socket.feed(at, way.take(len(way.buffer)), sent=way.sent)

    def _head(self, at: float, way: _Way) -> Iterator[Exchange]:
        if (blank := _BLANK.match(way.buffer)) and blank.end():
            way.take(blank.end())
        found = _HEAD_END.search(way.buffer, way.searched)
        if found is None:
            way.searched = max(len(way.buffer) - 3, 0)
            if len(way.buffer) > LONGEST_HEAD:
                self.broken = "a head without an end"
            return
        way.searched = found.start()
        if way.sent:
            if REQUEST.match(way.buffer) is None:
                self.broken = "what follows is no request"
                return
            first, fields = head(way.take(found.end(), found.start()))
            yield from self._request(at, first, fields)
        else:
            status = _STATUS.match(way.buffer)
            if status is None:
                self.broken = "what follows is no response"
                return
            if not self._asked and not _interim(int(status[1])):
                # The question is still to come, or was never captured.
                if len(way.buffer) > LONGEST_HEAD:
                    self.broken = "a response to nothing"
                return
            code = int(status[1])
            yield from self._response(at, code, head(way.take(found.end(), found.start()))[1])

    def _request(self, at: float, first: bytes, fields: tuple[tuple[bytes, bytes], ...]) -> Iterator[Exchange]:
        method, target, *version = first.split(None, 2)
        pair = Pair(self._peer)
        absolute = re.match(rb"(https?)://([^/?#]*)", target)
        authority = absolute[2] if absolute else target if method == b"CONNECT" else _field(fields, b"host")
        path = target[absolute.end() :] if absolute else target
        pair.request(
            at,
            method=method.decode("latin-1"),
            path="" if method == b"CONNECT" else letters(path),
            authority=letters(authority),
            version=letters(b" ".join(version)),
            headers=fields,
            scheme=absolute[1].decode() if absolute and not self._peer.secure else "",
        )
        self._unanswered.append(pair)
        self._asked.append(pair)
        way = self._out
        way.pair = pair
        if b"chunked" in _field(fields, b"transfer-encoding").lower():
            way.state = "chunk"
        else:
            way.state, way.left = "length", _length(fields) or 0
            yield from self._body(at, way)
        if self._in.buffer:  # the answer was captured before the question
            yield from self._read(at, self._in)

    def _response(self, at: float, status: int, fields: tuple[tuple[bytes, bytes], ...]) -> Iterator[Exchange]:
        if _interim(status):
            return
        pair = self._asked.popleft()
        pair.response(at, status, fields)
        way = self._in
        way.pair = pair
        if status == 101 or (pair.method == "CONNECT" and status < 300):
            pair.end(at, sent=True) if not pair.asked else None
            pair.end(at, sent=False)
            yield from self._finish(way)
            if _field(fields, b"upgrade").lower() == b"websocket":
                self._socket = WebSocket(self.shake, _field(fields, b"sec-websocket-extensions"))
            else:
                self.broken = "another protocol follows"
            return
        chunked = b"chunked" in _field(fields, b"transfer-encoding").lower()
        length = 0 if pair.method == "HEAD" or status in {204, 304} else _length(fields)
        if length == 0:
            chunked = chunked and not (pair.method == "HEAD" or status in {204, 304})
        way.state = "chunk" if chunked else "until end" if length is None else "length"
        way.left = length or 0
        if way.state == "length":
            yield from self._body(at, way)

    def _body(self, at: float, way: _Way) -> Iterator[Exchange]:
        assert way.pair is not None
        take = len(way.buffer) if way.state == "until end" else min(way.left, len(way.buffer))
        way.pair.data(at, way.take(take), sent=way.sent)
        if way.state == "length":
            way.left -= take
            if not way.left:
                way.pair.end(at, sent=way.sent)
                yield from self._finish(way)

    def _chunk(self, at: float, way: _Way) -> Iterator[Exchange]:
        assert way.pair is not None
        if way.left:
            take = min(way.left, len(way.buffer))
            way.pair.data(at, way.take(take), sent=way.sent)
            way.left -= take
            return
        if way.buffer == b"\r":
            return
        if (before := _CHUNK_END.match(way.buffer)) and before.end():
            way.take(before.end())
        if way.buffer.find(b"\n", way.searched) < 0:
            way.searched = len(way.buffer)
            if len(way.buffer) > LONGEST_HEAD:
                self.broken = "what follows is no chunk"
            return
        size = CHUNK_SIZE.match(way.buffer)
        if size is None:
            self.broken = "what follows is no chunk"
            return
        way.left = int(size[1], 16)
        way.take(size.end())
        if not way.left:
            way.state = "trailer"
            yield from self._trailer(at, way)

    def _trailer(self, at: float, way: _Way) -> Iterator[Exchange]:
        assert way.pair is not None
        ended = _LINE_END.match(way.buffer) or _HEAD_END.search(way.buffer, way.searched)
        if ended is None:
            way.searched = max(len(way.buffer) - 3, 0)
            if len(way.buffer) > LONGEST_HEAD:
                self.broken = "trailers without an end"
            return
        if fields := head(b"\n" + way.take(ended.end(), ended.start()))[1]:
            way.pair.trailers(fields, sent=way.sent)
        way.pair.end(at, sent=way.sent)
        yield from self._finish(way)

    def _finish(self, way: _Way) -> Iterator[Exchange]:
        """End the message of one direction: what is complete in both is told, in the order asked."""
        way.state, way.pair = "head", None
        while self._unanswered and self._unanswered[0].asked and self._unanswered[0].answered:
            self.shake = self._unanswered.popleft().exchange()
            yield self.shake


def _interim(status: int) -> bool:
    """Whether another response follows (RFC 9110, section 15.2), 101 being the last in HTTP."""
    return 100 <= status < 200 and status != 101


def _field(fields: tuple[tuple[bytes, bytes], ...], name: bytes) -> bytes:
    return next((value for given, value in fields if given.lower() == name), b"")


def _length(fields: tuple[tuple[bytes, bytes], ...]) -> int | None:
    said = _field(fields, b"content-length").split(b",")[0].strip()
    return int(said) if said.isdigit() and len(said) < 16 else None
