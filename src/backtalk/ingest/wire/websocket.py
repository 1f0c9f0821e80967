"""WebSocket messages (RFC 6455), also deflated ones (RFC 7692), on a connection that has become one."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import msgspec
import numpy as np

from backtalk.model.capture import Exchange, Part

LONGEST = 64 << 20
"""Bytes of a message, also inflated; a longer one is told as incomplete."""
_CONTROL, _CLOSE = 8, 8
_AFTER_LAST = frozenset({b"", b"\0\0\xff\xff", b"\0\0\0\xff\xff"})
"""What may stand behind a last block of DEFLATE (RFC 7692, 7.2.3.5): anything else was hidden there."""


class _Way:
    def __init__(self, *, sent: bool, forgets: bool) -> None:
        self.sent, self.forgets = sent, forgets
        self.buffer = bytearray()
        self.pieces: list[bytes] = []
        self.size = 0
        self.deflated = False
        self.inflater = zlib.decompressobj(-15)
        self.broken = False


class WebSocket:
    """Each message is an exchange with the handshake's host and URL, and each control frame that says anything.

    Once frames can no longer be told apart, what follows is told as it stands, as messages that are not complete.
    """

    def __init__(self, shake: Exchange, extensions: bytes) -> None:
        said = extensions.lower()
        self._shake = shake
        self._deflate = b"permessage-deflate" in said
        self._ways = {
            True: _Way(sent=True, forgets=b"client_no_context_takeover" in said),
            False: _Way(sent=False, forgets=b"server_no_context_takeover" in said),
        }

    def feed(self, at: float, data: bytes, *, sent: bool) -> Iterator[Exchange]:
        """The messages that these bytes complete."""
        way = self._ways[sent]
        way.buffer += data
        while not way.broken and (frame := _frame(way.buffer)) is not None:
            first, payload, size = frame
            del way.buffer[:size]
            yield from self._frame(at, way, first, payload)
        if len(way.buffer) + way.size > LONGEST + 14:
            way.broken = True
            yield from self._rest(at, way)

    @property
    def held(self) -> int:
        """Bytes that wait for the end of their message."""
        return sum(len(way.buffer) + way.size for way in self._ways.values())

    def lost(self) -> Iterator[Exchange]:
        """Bytes are missing: where the next frame begins cannot be known."""
        for way in self._ways.values():
            way.broken = True
        yield from self.end()

    def end(self) -> Iterator[Exchange]:
        """What of messages is there and was not ended."""
        for way in self._ways.values():
            yield from self._rest(self._shake.ended, way)

    def _rest(self, at: float, way: _Way) -> Iterator[Exchange]:
        rest = b"".join((*way.pieces, way.buffer))[:LONGEST]
        way.pieces, way.buffer, way.size = [], bytearray(), 0
        if rest:
            yield self._message(at, way, rest, complete=False)

    def _frame(self, at: float, way: _Way, first: int, payload: bytes) -> Iterator[Exchange]:
        code = first & 15
        if code >= _CONTROL:
            if said := payload[2:] if code == _CLOSE else payload:  # before the reason stands a number
                yield self._message(at, way, said, complete=True)
            return
        if code:
            if way.pieces:  # the message before was never ended
                yield self._message(at, way, b"".join(way.pieces), complete=False)
            way.deflated = bool(first & 0x40) and self._deflate
            way.pieces, way.size = [], 0
        way.pieces.append(payload)
        way.size += len(payload)
        if first & 0x80:
            data, way.pieces, way.size = b"".join(way.pieces), [], 0
            whole = True
            if way.deflated:
                data, whole = self._inflated(way, data)
            yield self._message(at, way, data, complete=whole)

    def _inflated(self, way: _Way, data: bytes) -> tuple[bytes, bool]:
        try:
            undone = way.inflater.decompress(data + b"\0\0\xff\xff", LONGEST)
        except zlib.error:
            way.broken = True
            return data, False
        way.broken = bool(way.inflater.unconsumed_tail)  # what is left would be taken for the next message's
        behind = way.inflater.unused_data
        if way.forgets or way.inflater.eof:
            way.inflater = zlib.decompressobj(-15)
        return (undone, not way.broken) if behind in _AFTER_LAST else (undone + behind, False)

    def _message(self, at: float, way: _Way, data: bytes, *, complete: bool) -> Exchange:
        part = Part(name="websocket.sent" if way.sent else "websocket.received", data=data, complete=complete)
        return msgspec.structs.replace(
            self._shake, kind="websocket", started=at, ended=at, method="", status=0, parts=(part,), error=""
        )


def _frame(buffer: bytearray) -> tuple[int, bytes, int] | None:
    """First byte, unmasked payload and size of the frame that begins here; None if it is not all there."""
    if len(buffer) < 2:
        return None
    length, at = buffer[1] & 127, 2
    if length > 125:
        size = 2 if length == 126 else 8
        length, at = int.from_bytes(buffer[2 : 2 + size], "big"), 2 + size
        if len(buffer) < at:
            return None
    mask = b""
    if buffer[1] & 128:
        mask, at = bytes(buffer[at : at + 4]), at + 4
    if len(buffer) < at + length:
        return None
    payload = bytes(buffer[at : at + length])
    return buffer[0], _unmasked(payload, mask) if mask else payload, at + length


def _unmasked(payload: bytes, mask: bytes) -> bytes:
    data = np.frombuffer(payload, np.uint8)
    return np.bitwise_xor(data, np.resize(np.frombuffer(mask, np.uint8), data.size)).tobytes()
