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
PENDING = 1 << 24
"""Bytes of a stream that may wait for a piece that is missing."""


class _Stream:
    """One direction of one stream, in order."""

    def __init__(self) -> None:
        self.at, self.buffer = 0, b""
        self.kind: int | None = None
        self.ended = False
        self._pending: dict[int, bytes] = {}
        self._end: int | None = None

    def add(self, offset: int, data: bytes, *, fin: bool) -> None:
        if fin:
            self._end = offset + len(data)
        if len(data) > len(self._pending.get(offset, b"")):
            self._pending[offset] = data
        for start in sorted(self._pending):
            if start > self.at:
                break
            piece = self._pending.pop(start)[self.at - start :]
            self.buffer += piece
            self.at += len(piece)
        if sum(map(len, self._pending.values())) > PENDING:
            self._pending.clear()
        self.ended = self._end is not None and self.at >= self._end


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

    def end(self, at: float) -> Iterator[Exchange]:
        """The connection is over."""
        for pair in self._pairs.values():
            pair.failed(at, "the capture ended, or lost a piece, before the message did")
            yield pair.exchange()
        lost = [key for key, stream in self._streams.items() if not key[0] & 2 and stream.buffer]
        if lost:
            self.problems.add(f"{len(lost)} streams that could not be read to their end")

    def _one_way(self, stream: _Stream, *, sent: bool) -> None:
        if stream.kind is None and (kind := _number(stream.buffer, 0)):
            stream.kind, used = kind
            stream.buffer = stream.buffer[used:]
        if stream.kind == _ENCODER:
            data, stream.buffer = stream.buffer, b""
            try:
                self._tables[sent].feed(data)
            except Unreadable as problem:
                self.problems.add(str(problem))
        elif stream.kind == _CONTROL:
            while (frame := _frame(stream.buffer)) is not None:
                which, payload, size = frame
                stream.buffer = stream.buffer[size:]
                if which == _SETTINGS:
                    self._settings(payload, sent=sent)
        else:
            stream.buffer = b""

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
        while (frame := _frame(stream.buffer)) is not None:
            kind, payload, size = frame
            if kind == _HEADERS:
                try:
                    self._headers(at, number, self._tables[sent].fields(payload), sent=sent)
                except Blocked:
                    return
                except Unreadable as problem:
                    self.problems.add(str(problem))
            elif kind == _DATA and number in self._pairs:
                self._pairs[number].data(at, payload, sent=sent)
            stream.buffer = stream.buffer[size:]
        pair = self._pairs.get(number)
        if stream.ended and not stream.buffer and pair is not None:
            if not (pair.asked if sent else pair.answered):
                pair.end(at, sent=sent)
            if pair.asked and pair.answered:
                yield pair.exchange()
                del self._pairs[number]
                self._done.add(number)
                self._streams.pop((number, True), None)
                self._streams.pop((number, False), None)

    def _headers(self, at: float, number: int, fields: list[Field], *, sent: bool) -> None:
        pair = self._pairs.get(number)
        if sent and pair is None:
            pair = self._pairs[number] = Pair(self._peer)
            ask(pair, at, fields, "HTTP/3")
            return
        status = dict(fields).get(b":status", b"")
        if pair is None or status.startswith(b"1"):
            return
        if sent or not status.isdigit():
            pair.trailers(plain(fields), sent=sent)
        else:
            pair.response(at, min(int(status), 999), plain(fields))


def _frame(data: bytes) -> tuple[int, bytes, int] | None:
    """Type, payload and size of the frame that begins here; None if it is not all there."""
    kind = _number(data, 0)
    length = _number(data, kind[1]) if kind else None
    if kind is None or length is None:
        return None
    begin = kind[1] + length[1]
    end = begin + length[0]
    return (kind[0], data[begin:end], end) if len(data) >= end else None


def _number(data: bytes, at: int) -> tuple[int, int] | None:
    """A number of QUIC's (RFC 9000, 16) and how many bytes it takes; None if it is not all there."""
    if at >= len(data):
        return None
    size = 1 << (data[at] >> 6)
    if len(data) < at + size:
        return None
    return int.from_bytes(data[at : at + size], "big") & ((1 << (8 * size - 2)) - 1), size
