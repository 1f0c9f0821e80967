"""HTTP/3 (RFC 9114) from the streams of one QUIC connection."""

from __future__ import annotations

from collections.abc import Iterator

from backtalk.ingest.wire.http2 import ask, plain
from backtalk.ingest.wire.pair import Pair, Peer
from backtalk.ingest.wire.qpack import Blocked, Field, Table, Unreadable
from backtalk.model.capture import Exchange

_DATA, _HEADERS, _SETTINGS = 0, 1, 4
_CONTROL, _PUSH, _ENCODER = 0, 1, 2
_QPACK_CAPACITY = 1
PENDING = 1 << 22
"""Bytes of a stream that may wait for a piece that is missing."""
LONGEST_HEAD = 1 << 22
"""Bytes of a frame that has to be there as a whole: one that holds no body."""


class _Stream:
    """One direction of one stream, in order."""

    def __init__(self) -> None:
        self.at, self.buffer = 0, bytearray()
        self.kind: int | None = None
        self.ended = self.holed = False
        self.body = self.passed = 0
        """Bytes to come of a frame that is read piece by piece, and of one that is passed over."""
        self._pending: dict[int, bytes] = {}
        self.waiting = 0
        self._end: int | None = None

    def add(self, offset: int, data: bytes, *, fin: bool) -> None:
        if fin:
            self._end = offset + len(data)
        if offset <= self.at:
            self._take(offset, data)
            while self._pending and (start := min(self._pending)) <= self.at:
                piece = self._pending.pop(start)
                self.waiting -= len(piece)
                self._take(start, piece)
        elif len(data) > len(self._pending.get(offset, b"")):
            self.waiting += len(data) - len(self._pending.get(offset, b""))
            self._pending[offset] = data
            if self.waiting > PENDING or len(self._pending) > PENDING >> 10:
                self._pending.clear()
                self.waiting, self.holed = 0, True
        self.ended = self._end is not None and self.at >= self._end

    def _take(self, offset: int, data: bytes) -> None:
        piece = data[self.at - offset :]
        self.buffer += piece
        self.at += len(piece)


class Http3:
    """A connection that speaks HTTP/3."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._streams: dict[tuple[int, bool], _Stream] = {}
        self._pairs: dict[int, Pair] = {}
        self._done: set[int] = set()
        self._tables = {True: Table(), False: Table()}
        self.problems: set[str] = set()

    def feed(self, at: float, number: int, offset: int, data: bytes, *, sent: bool, fin: bool) -> Iterator[Exchange]:
        """The exchanges that this piece of a stream completes."""
        key = (number, sent)
        if number in self._done:
            return
        stream = self._streams.setdefault(key, _Stream())
        stream.add(offset, data, fin=fin)
        if number & 2:
            self._one_way(stream, sent=sent)
            for other, way in list(self._streams):  # what was blocked may go on now
                if not other & 2 and way == sent:
                    yield from self._request_stream(at, other, sent=way)
        else:
            yield from self._request_stream(at, number, sent=sent)

    @property
    def held(self) -> int:
        """Bytes of what is not told yet."""
        waiting = sum(len(stream.buffer) + stream.waiting for stream in self._streams.values())
        return waiting + sum(pair.held for pair in self._pairs.values())

    def relieve(self, at: float, error: str) -> Iterator[Exchange]:
        """Tell what is there of everything that is not at its end, and keep nothing of it."""
        for number, pair in self._pairs.items():
            pair.failed(at, error)
            yield pair.exchange()
            self._over(number)
        self._pairs.clear()

    def _over(self, number: int) -> None:
        self._done.add(number)
        self._streams.pop((number, True), None)
        self._streams.pop((number, False), None)

    def end(self, at: float) -> Iterator[Exchange]:
        """The connection is over."""
        lost = [
            key for key, one in self._streams.items() if not key[0] & 2 and (one.buffer or one.waiting or one.holed)
        ]
        yield from self.relieve(at, "the capture ended, or lost a piece, before the message did")
        if lost:
            self.problems.add(f"{len(lost)} streams that could not be read to their end")

    def _one_way(self, stream: _Stream, *, sent: bool) -> None:
        if stream.kind is None and (kind := _number(stream.buffer, 0)):
            stream.kind, used = kind
            del stream.buffer[:used]
        if stream.kind == _ENCODER:
            data, stream.buffer = stream.buffer, bytearray()
            try:
                self._tables[sent].feed(bytes(data))
            except Unreadable as problem:
                self.problems.add(str(problem))
        elif stream.kind == _CONTROL:
            while (frame := _frame(stream.buffer)) is not None:
                which, payload, size = frame
                del stream.buffer[:size]
                if which == _SETTINGS:
                    self._settings(payload, sent=sent)
            if len(stream.buffer) > LONGEST_HEAD:
                self.problems.add("a control frame without an end")
                stream.kind, stream.buffer = _PUSH, bytearray()
        else:
            stream.buffer.clear()

    def _settings(self, payload: bytes, *, sent: bool) -> None:
        at = 0
        while name := _number(payload, at):
            value = _number(payload, at + name[1])
            if value is None:
                return
            if name[0] == _QPACK_CAPACITY:  # what one side can hold is what the other may fill
                self._tables[not sent].most = value[0]
            at += name[1] + value[1]

    def _request_stream(self, at: float, number: int, *, sent: bool) -> Iterator[Exchange]:
        stream = self._streams[(number, sent)]
        while self._body(at, number, stream, sent=sent) and (begun := _begin(stream.buffer)) is not None:
            kind, begin, length = begun
            if kind == _DATA and number in self._pairs:
                stream.body = length
            elif kind != _HEADERS or length > LONGEST_HEAD:
                stream.passed = length
                if kind in {_DATA, _HEADERS}:
                    self.problems.add("a body without its fields" if kind == _DATA else "fields without an end")
            elif len(stream.buffer) < begin + length:
                break
            else:
                try:
                    fields = self._tables[sent].fields(bytes(stream.buffer[begin : begin + length]))
                except Blocked:
                    return
                except Unreadable as problem:
                    self.problems.add(str(problem))
                else:
                    self._headers(at, number, fields, sent=sent)
                begin += length
            del stream.buffer[:begin]
        pair = self._pairs.get(number)
        if stream.ended and not (stream.buffer or stream.body) and pair is not None:
            if not (pair.asked if sent else pair.answered):
                pair.end(at, sent=sent)
            if pair.asked and pair.answered:
                yield pair.exchange()
                del self._pairs[number]
                self._over(number)

    def _body(self, at: float, number: int, stream: _Stream, *, sent: bool) -> bool:
        """Read on in a frame that is read piece by piece; whether another begins then."""
        if take := min(stream.body, len(stream.buffer)):
            self._pairs[number].data(at, bytes(stream.buffer[:take]), sent=sent)
            del stream.buffer[:take]
            stream.body -= take
        if take := min(stream.passed, len(stream.buffer)):
            del stream.buffer[:take]
            stream.passed -= take
        return not (stream.body or stream.passed)

    def _headers(self, at: float, number: int, fields: list[Field], *, sent: bool) -> None:
        pair = self._pairs.get(number)
        if sent and pair is None:
            pair = self._pairs[number] = Pair(self._peer)
            ask(pair, at, fields, "HTTP/3")
            return
        status = dict(fields).get(b":status", b"")
        if pair is None or status.startswith(b"1"):
            return
        if sent or not (status.isdigit() and len(status) < 6):
            pair.trailers(plain(fields), sent=sent)
        else:
            pair.response(at, min(int(status), 999), plain(fields))


def _frame(data: bytearray) -> tuple[int, bytes, int] | None:
    """Type, payload and size of the frame that begins here; None if it is not all there."""
    begun = _begin(data)
    if begun is None or len(data) < begun[1] + begun[2]:
        return None
    kind, begin, length = begun
    return kind, bytes(data[begin : begin + length]), begin + length


def _begin(data: bytearray) -> tuple[int, int, int] | None:
    """Type, where the payload begins, and its length, of the frame that begins here; None if that is not all there."""
    kind = _number(data, 0)
    length = _number(data, kind[1]) if kind else None
    return None if kind is None or length is None else (kind[0], kind[1] + length[1], length[0])


def _number(data: bytes | bytearray, at: int) -> tuple[int, int] | None:
    """A number of QUIC's (RFC 9000, 16) and how many bytes it takes; None if it is not all there."""
    if at >= len(data):
        return None
    size = 1 << (data[at] >> 6)
    if len(data) < at + size:
        return None
    return int.from_bytes(data[at : at + size], "big") & ((1 << (8 * size - 2)) - 1), size
