"""Snappy: the framing format, and raw blocks that say how long they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Codec, Layer
from backtalk.decode.codecs.copies import FullError, Output
from backtalk.decode.codecs.protobuf import varint
from backtalk.decode.inflate import Inflated
from backtalk.decode.streams import LARGEST_REPLAY, Stream
from backtalk.model.decoding import Opaque, Span, Value

MAGIC = b"\xff\x06\x00\x00sNaPpY"
COMPRESSED, STORED, SKIPPED = 0x00, 0x01, 0x80
SHORTEST = 12
"""Bytes of a raw block that is no chance."""


def block(data: bytes, at: int, end: int, out: Output) -> None:
    """Undo one raw block; ValueError when it is none, or does not give as much as it says."""
    size, at = varint(data, at, end)
    goal = len(out.data) + size
    while at < end:
        tag = data[at]
        at += 1
        kind = tag & 3
        if not kind:
            length = (tag >> 2) + 1
            if length > 60:
                width = length - 60
                length = int.from_bytes(data[at : at + width], "little") + 1
                at += width
            if at + length > end:
                raise ValueError("literals end early")
            out.literal(data[at : at + length])
            at += length
            continue
        width = (0, 1, 2, 4)[kind]
        distance = int.from_bytes(data[at : at + width], "little")
        at += width
        if kind == 1:
            out.copy(distance | tag >> 5 << 8, (tag >> 2 & 7) + 4)
        else:
            out.copy(distance, (tag >> 2) + 1)
    if at != end or len(out.data) != goal:
        raise ValueError("not as long as it says")


class Snappy(Stream):
    ID: ClassVar[str] = "snappy"
    PATTERNS: ClassVar[tuple[str, ...]] = (r"\xff\x06\x00\x00sNaPpY",)
    REFERENCES: ClassVar[tuple[str, ...]] = (
        "google/snappy, framing_format.txt",
        "google/snappy, format_description.txt",
    )
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "a chunk, of up to 64 KiB, that is cut short or broken",
        "checksums are passed over",
        "Hadoop's and the Java library's framings",
    )
    MAGIC: ClassVar[re.Pattern[bytes]] = re.compile(re.escape(MAGIC))
    CERTAIN: ClassVar[bool] = True

    def run(self, data: bytes, start: int, stop: int, limit: int) -> Inflated:
        out = Output(limit)
        at = start + len(MAGIC)
        if (at < stop and SKIPPED > data[at] > STORED) or data.startswith(MAGIC, at, stop):
            return Inflated(data=b"", used=len(MAGIC), end="broken")
        try:
            while at + 4 <= stop:
                kind, size = data[at], int.from_bytes(data[at + 1 : at + 4], "little")
                end = at + 4 + size
                if end > stop or (SKIPPED > kind > STORED) or (kind <= STORED and size < 4):
                    break
                if kind == COMPRESSED:
                    block(data, at + 8, end, out)
                elif kind == STORED:
                    out.literal(data[at + 8 : end])
                at = end
        except FullError:
            return Inflated(data=bytes(out.data[:limit]), used=at - start, end="full")
        except ValueError:
            return Inflated(data=bytes(out.data), used=at - start, end="broken")
        cut = at < stop and data[at] in {COMPRESSED, STORED, 0xFF}
        return Inflated(data=bytes(out.data), used=(stop if cut else at) - start, end="short" if cut else "whole")


class SnappyBlock(Codec):
    ID: ClassVar[str] = "snappy-block"
    SHAPE: ClassVar[str] = "snappy"
    REFERENCES: ClassVar[tuple[str, ...]] = ("google/snappy, format_description.txt",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = ("blocks that do not fill the whole buffer, or are under 12 bytes",)

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        span = (0, len(buffer.data))
        if list(free) != [span] or span[1] < SHORTEST:
            return
        out = Output(meter.allowance)
        try:
            block(buffer.data, *span, out)
        except (ValueError, FullError):
            return
        yield Layer(span=span, data=bytes(out.data))

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        del params
        out = Output(LARGEST_REPLAY)
        try:
            block(data, *span, out)
        except FullError as error:
            raise ValueError("too much in it") from error
        return bytes(out.data)
