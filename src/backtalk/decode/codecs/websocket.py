"""WebSocket frames as they are on the wire: masked by the client, compressed or not, in fragments or whole."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

import numpy as np
from msgspec import Struct

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Codec, Layer
from backtalk.decode.codecs.letters import sensible
from backtalk.decode.streams import LARGEST_REPLAY
from backtalk.model.decoding import Opaque, Span, Value

CONTINUED, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
FINAL, COMPRESSED, RESERVED = 0x80, 0x40, 0x30
TAIL = b"\x00\x00\xff\xff"
"""What permessage-deflate leaves out at the end of each message."""
MOST_FRAMES = 100_000


class Frame(Struct, frozen=True):
    """One frame: what it is, where it begins and ends, and its payload, unmasked."""

    first: int
    span: Span
    payload: bytes


def frames(data: bytes) -> list[Frame]:
    """All frames of a buffer; ValueError when something else is in it. The last may be cut short."""
    found: list[Frame] = []
    at = 0
    while at < len(data):
        start = at
        first, second = data[at], data[at + 1] if at + 1 < len(data) else 0
        size, at = second & 0x7F, at + 2
        if size > 125:
            width = 2 if size == 126 else 8
            size, at = int.from_bytes(data[at : at + width], "big"), at + width
            if size < 126 or (width == 8 and size >> 16 == 0):
                raise ValueError("a length longer than it need be")
        kind = first & 15
        control = kind in {CLOSE, PING, PONG}
        if kind not in {CONTINUED, TEXT, BINARY} and (not control or size > 125 or not first & FINAL):
            raise ValueError("no frame")
        if first & RESERVED or len(found) > MOST_FRAMES:
            raise ValueError("no frame")
        key = data[at : at + 4] if second & 0x80 else b""
        at += len(key)
        end = at + size
        if end > len(data) and not found:
            raise ValueError("the first frame is cut short")
        found.append(Frame(first, (start, min(end, len(data))), unmasked(data[at:end], key)))
        at = end
    return found


def unmasked(payload: bytes, key: bytes) -> bytes:
    """The payload without its mask."""
    if not key.strip(b"\x00") or len(key) < 4:
        return payload
    mask = np.frombuffer(key * (len(payload) // 4 + 1), dtype=np.uint8)[: len(payload)]
    return (np.frombuffer(payload, dtype=np.uint8) ^ mask).tobytes()


class WebSocket(Codec):
    ID: ClassVar[str] = "websocket"
    PATTERNS: ClassVar[tuple[str, ...]] = (r"^[\x01\x02\x41\x42\x81\x82\x89\x8a\xc1\xc2][\x00-\xff]",)
    REFERENCES: ClassVar[tuple[str, ...]] = ("RFC 6455, section 5", "RFC 7692 (permessage-deflate)")
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "buffers that begin within a frame",
        "buffers none of whose messages is text",
        "both directions in one buffer",
    )

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        if list(free) != [(0, len(buffer.data))]:
            return
        try:
            messages = list(self._messages(buffer.data, meter.allowance))
        except ValueError:
            return
        if any(sensible(message.data) for message in messages):
            yield from messages

    def _messages(self, data: bytes, limit: int) -> Iterator[Layer]:
        """Every message, with what its frames hold together; ValueError when the frames are none."""
        machine = zlib.decompressobj(-15)
        room = limit
        parts: list[bytes] = []
        opening: Frame | None = None
        for number, frame in enumerate(frames(data)):
            kind = frame.first & 15
            if kind > BINARY:
                if frame.payload:
                    yield Layer(span=frame.span, data=frame.payload, params={"frame": number, "control": True})
                continue
            if (kind == CONTINUED) != (opening is not None):
                raise ValueError("a message begins within another")
            opening = opening or frame
            parts.append(frame.payload)
            if frame.first & FINAL:
                whole = b"".join(parts)
                if opening.first & COMPRESSED:
                    whole = self._inflated(machine, whole + TAIL, room)
                room -= len(whole)
                if whole:
                    yield Layer(span=(opening.span[0], frame.span[1]), data=whole, params={"frame": number})
                parts, opening = [], None

    def _inflated(self, machine: zlib._Decompress, packed: bytes, room: int) -> bytes:
        try:
            return machine.decompress(packed, max(room, 1))
        except zlib.error as error:
            raise ValueError("not deflated") from error

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        for layer in self._messages(data, LARGEST_REPLAY):
            if layer.span == span and layer.params == params:
                return layer.data
        raise ValueError("no such message")
