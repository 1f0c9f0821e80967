"""Running DEFLATE data as far as it goes, with a bound on what comes out."""

from __future__ import annotations

import zlib
from typing import Literal

from isal import isal_zlib
from msgspec import Struct

CHUNK = 1024
PIECE = 1 << 16
"""Bytes given to ISA-L at once, which copies what follows a stream within its last piece."""
RAW, ZLIB, GZIP = -15, 15, 31
"""Window bits of zlib's three framings."""


class Inflated(Struct, frozen=True, kw_only=True):
    """What came out, how many input bytes that took, and how it ended.

    `whole`: the stream ended and its checksum held. `short`: the input ended first.
    `broken`: the byte at `used` does not fit. `full`: more than the limit would come out.
    """

    data: bytes
    used: int
    end: Literal["whole", "short", "broken", "full"]


def inflate(data: bytes, start: int, stop: int, framing: int, limit: int) -> Inflated:
    """Decompress one stream beginning at `start`; never more than `limit` bytes out.

    ISA-L is several times faster, zlib tells how far a stream goes that does not end. Raw
    streams are zlib's alone: they have no checksum, and ISA-L takes codes that RFC 1951 forbids.
    """
    if framing != RAW and (got := _whole(data, start, stop, framing, limit)):
        return got
    return _stepwise(data, start, stop, framing, limit)


def _whole(data: bytes, start: int, stop: int, framing: int, limit: int) -> Inflated | None:
    """The stream when it ends, with its checksum, within the limit."""
    machine = isal_zlib.decompressobj(framing)
    out: list[bytes] = []
    room = limit
    for at in range(start, stop, PIECE):
        piece = data[at : min(at + PIECE, stop)]
        try:
            part = machine.decompress(piece, room + 1)
        except isal_zlib.error:  # type: ignore[misc]  # its stub declares an instance, not a class
            return None
        room -= len(part)
        if room < 0:
            return None
        out.append(part)
        if machine.eof:
            return Inflated(data=b"".join(out), used=at + len(piece) - len(machine.unused_data) - start, end="whole")
    return None


def _stepwise(data: bytes, start: int, stop: int, framing: int, limit: int) -> Inflated:
    machine = zlib.decompressobj(framing)
    out: list[bytes] = []
    room = limit
    at = start
    size = CHUNK
    while at < stop:
        piece = data[at : min(at + size, stop)]
        saved = machine.copy()
        try:
            part = machine.decompress(piece, room + 1)
        except zlib.error:
            if size == 1:
                return Inflated(data=b"".join(out), used=at - start, end="broken")
            machine, size = saved, max(size // 32, 1)
            continue
        if len(part) > room:
            out.append(part[:room])
            return Inflated(data=b"".join(out), used=at - start, end="full")
        out.append(part)
        room -= len(part)
        if machine.eof:
            return Inflated(data=b"".join(out), used=at + len(piece) - len(machine.unused_data) - start, end="whole")
        at += len(piece)
    return Inflated(data=b"".join(out), used=stop - start, end="short")
