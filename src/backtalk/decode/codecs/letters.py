"""Bytes written in an alphabet of letters that words are written in as well: believed when they give sense."""

from __future__ import annotations

from abc import abstractmethod
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import ClassVar

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Codec, Layer
from backtalk.decode.codecs.records import text_bits
from backtalk.model.decoding import Opaque, Span, Value

CERTAIN = (b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd")
"""How compressed data begins that says so in at least 24 bits (RFC 1952, RFC 8878)."""
SENSE = 24.0
"""Bits of evidence from which on what letters give is no chance."""


def sensible(data: bytes) -> bool:
    """Whether decoded bytes are text, or the beginning of compressed data, beyond chance."""
    return data.startswith(CERTAIN) or (text_bits(data) or 0.0) >= SENSE


def within(span: Span, free: Sequence[Span]) -> bool:
    """Whether one of the ordered free ranges holds the span."""
    place = bisect_right(free, (span[0], span[1])) - 1
    place += place + 1 < len(free) and free[place + 1][0] == span[0]
    return place >= 0 and free[place][0] <= span[0] and span[1] <= free[place][1]


class Letters(Codec):
    """Runs of letters of one alphabet. What they give must make sense, for words and names are such runs too."""

    TEXT: ClassVar[bool] = True
    TOKEN: ClassVar[bool] = True
    VARIANTS: ClassVar[tuple[str, ...]] = ("",)
    """Names of the ways in which a run may be meant, the first that gives sense is taken."""

    @abstractmethod
    def decoded(self, letters: bytes, variant: str) -> bytes:
        """The bytes that a run stands for; ValueError when it stands for none."""

    def worth_trying(self, letters: bytes) -> bool:
        """A quick look that spares decoding words."""
        del letters
        return True

    def runs(self, buffer: Buffer) -> Iterable[Span]:
        """Where the runs are that may be packed bytes."""
        found: list[Span] = getattr(buffer.runs, self.RUNS)
        return found

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        for span in self.runs(buffer):
            letters = buffer.data[slice(*span)]
            if not within(span, free) or not self.worth_trying(letters):
                continue
            if not meter.spend(1, len(letters)):
                return
            opened = sense(self, letters)
            if opened:
                variant, inside = opened
                params: dict[str, Value] = {"variant": variant} if variant else {}
                yield Layer(span=span, data=inside, params=params)

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        variant = params.get("variant", "")
        if variant not in self.VARIANTS:
            raise ValueError("no such variant")
        return self.decoded(data[slice(*span)], str(variant))


@lru_cache(maxsize=1 << 13)
def sense(codec: Letters, letters: bytes) -> tuple[str, bytes] | None:
    """The first variant in which letters give sense, and what they give."""
    for variant in codec.VARIANTS:
        try:
            inside = codec.decoded(letters, variant)
        except ValueError:
            continue
        if sensible(inside):
            return variant, inside
    return None
