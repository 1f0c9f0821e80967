"""Running DEFLATE data as far as it goes, with a bound on what comes out."""

from __future__ import annotations

import zlib
from typing import Literal

from msgspec import Struct

CHUNK = 1024
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
    """Decompress one stream beginning at `start`; never more than `limit` bytes out."""
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
