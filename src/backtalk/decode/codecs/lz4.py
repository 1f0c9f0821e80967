"""LZ4 frames."""

from __future__ import annotations

import re
from typing import ClassVar

from backtalk.decode.codecs.copies import FullError, Output
from backtalk.decode.inflate import Inflated
from backtalk.decode.streams import Stream

MAGIC = b"\x04\x22\x4d\x18"
LEAST_MATCH = 4
STORED = 1 << 31


def block(data: bytes, at: int, end: int, out: Output) -> None:
    """Undo the sequences of one block; ValueError when it does not end as it should."""
    while at < end:
        token = data[at]
        at += 1
        length, at = _length(data, at, token >> 4)
        if at + length > end:
            raise ValueError("literals end early")
        out.literal(data[at : at + length])
        at += length
        if at == end:
            return
        if at + 2 > end:
            raise ValueError("a copy ends early")
        distance = data[at] | data[at + 1] << 8
        length, at = _length(data, at + 2, token & 15)
        out.copy(distance, length + LEAST_MATCH)
    raise ValueError("no literals at the end")


def _length(data: bytes, at: int, length: int) -> tuple[int, int]:
    if length == 15:
        while True:
            if at >= len(data):
                raise ValueError("a length ends early")
            length += data[at]
            at += 1
            if data[at - 1] != 255:
                break
    return length, at


class Lz4(Stream):
    ID: ClassVar[str] = "lz4"
    PATTERNS: ClassVar[tuple[str, ...]] = (r"\x04\x22\x4d\x18",)
    REFERENCES: ClassVar[tuple[str, ...]] = ("LZ4 Frame Format 1.6.4", "LZ4 Block Format")
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "dictionaries",
        "a block that is cut short or broken",
        "checksums are passed over",
        "the legacy frame",
    )
    MAGIC: ClassVar[re.Pattern[bytes]] = re.compile(re.escape(MAGIC))
    CERTAIN: ClassVar[bool] = True

    def run(self, data: bytes, start: int, stop: int, limit: int) -> Inflated:
        out = Output(limit)
        flags = data[start + 4] if start + 7 <= stop else 0
        at = start + 7 + (8 if flags & 8 else 0) + (4 if flags & 1 else 0)
        if flags >> 6 != 1 or at > stop:
            return Inflated(data=b"", used=min(7, stop - start), end="broken" if flags else "short")
        try:
            while at + 4 <= stop:
                size = int.from_bytes(data[at : at + 4], "little")
                at += 4
                if not size:
                    end = at + (4 if flags & 4 else 0)
                    return Inflated(data=bytes(out.data), used=min(end, stop) - start, end="whole")
                end = at + (size & ~STORED)
                if end > stop:
                    break
                if size & STORED:
                    out.literal(data[at:end])
                else:
                    block(data, at, end, out)
                at = end + (4 if flags & 16 else 0)
        except FullError:
            return Inflated(data=bytes(out.data[:limit]), used=at - start, end="full")
        except ValueError:
            return Inflated(data=bytes(out.data), used=at - start, end="broken")
        return Inflated(data=bytes(out.data), used=stop - start, end="short")
