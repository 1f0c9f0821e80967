"""Zstandard frames."""

from __future__ import annotations

import re
from typing import ClassVar

import zstandard

from backtalk.decode.inflate import Inflated
from backtalk.decode.streams import Stream

CHUNK = 256
"""Bytes fed at once: zstd gives at most 128 KiB for each 4, so what comes out stays bounded."""
LARGEST_WINDOW = 1 << 27


class Zstd(Stream):
    ID: ClassVar[str] = "zstd"
    PATTERNS: ClassVar[tuple[str, ...]] = (r"\x28\xb5\x2f\xfd",)
    REFERENCES: ClassVar[tuple[str, ...]] = ("RFC 8878",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "dictionaries",
        "blocks (of up to 128 KiB) that are cut short",
        "where a frame breaks is known to 256 bytes",
        "skippable frames between others",
    )
    MAGIC: ClassVar[re.Pattern[bytes]] = re.compile(rb"\x28\xb5\x2f\xfd")
    CERTAIN: ClassVar[bool] = True

    def run(self, data: bytes, start: int, stop: int, limit: int) -> Inflated:
        machine = zstandard.ZstdDecompressor(max_window_size=LARGEST_WINDOW).decompressobj()
        out: list[bytes] = []
        room = limit
        for at in range(start, stop, CHUNK):
            piece = data[at : min(at + CHUNK, stop)]
            try:
                part = machine.decompress(piece)
            except zstandard.ZstdError:
                return Inflated(data=b"".join(out), used=at - start, end="broken")
            out.append(part[:room])
            if len(part) > room:
                return Inflated(data=b"".join(out), used=at - start, end="full")
            room -= len(part)
            if machine.eof:
                used = at + len(piece) - len(machine.unused_data) - start
                return Inflated(data=b"".join(out), used=used, end="whole")
        return Inflated(data=b"".join(out), used=stop - start, end="short")
