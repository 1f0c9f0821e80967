"""LZ4 blocks, which have no magic: believed when they end on the last byte and give sense."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Codec, Layer
from backtalk.decode.codecs.copies import FullError, Output
from backtalk.decode.codecs.letters import sensible
from backtalk.decode.codecs.lz4 import block
from backtalk.decode.streams import LARGEST_REPLAY
from backtalk.model.decoding import Opaque, Span, Value

SIZE = 4
"""Bytes of the length that some writers put before a block."""


class Lz4Block(Codec):
    ID: ClassVar[str] = "lz4-block"
    SHAPE: ClassVar[str] = "lz4"
    REFERENCES: ClassVar[tuple[str, ...]] = ("LZ4 Block Format",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "blocks that do not fill the whole buffer, but for a length of four bytes before them",
        "blocks without such a length that hold no text",
    )

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        data = buffer.data
        if list(free) != [(0, len(data))]:
            return
        for start in (SIZE, 0):
            try:
                inside = self._block(data, start, len(data), meter.allowance)
            except ValueError:
                continue
            except FullError:
                continue
            sized = start and int.from_bytes(data[:SIZE], "little") == len(inside)
            if (sized and len(inside) >= SIZE) or (not start and sensible(inside)):
                yield Layer(span=(start, len(data)), data=inside)
                return

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        del params
        try:
            return self._block(data, *span, LARGEST_REPLAY)
        except FullError as error:
            raise ValueError("too much in it") from error

    def _block(self, data: bytes, start: int, end: int, limit: int) -> bytes:
        out = Output(limit)
        block(data, start, end, out)
        return bytes(out.data)
