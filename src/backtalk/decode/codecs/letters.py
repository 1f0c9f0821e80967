"""Bytes written in an alphabet of letters that words are written in as well: believed when they give sense."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Codec, Layer
from backtalk.decode.codecs.records import text_bits
from backtalk.model.decoding import Opaque, Span, Value

CERTAIN = (b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd")
"""How compressed data begins that says so in at least 24 bits (RFC 1952, RFC 8878)."""
SENSE = 24.0
"""Bits of evidence from which on what letters give is no chance."""
MIXED = r"[a-z][0-9]{0,2}[A-Z][A-Za-z0-9+/-]{0,8}[a-z0-9][A-Z]"
"""What random letters of both cases hold sooner or later, and words seldom do."""


def sensible(data: bytes) -> bool:
    """Whether decoded bytes are text, or the beginning of compressed data, beyond chance."""
    return data.startswith(CERTAIN) or (text_bits(data) or 0.0) >= SENSE


class Letters(Codec):
    """Runs of letters of one alphabet. What they give must make sense, for words and names are such runs too."""

    TEXT: ClassVar[bool] = True
    TOKEN: ClassVar[bool] = True
    RUN: ClassVar[re.Pattern[bytes]]
    VARIANTS: ClassVar[tuple[str, ...]] = ("",)
    """Names of the ways in which a run may be meant, the first that gives sense is taken."""

    @abstractmethod
    def decoded(self, letters: bytes, variant: str) -> bytes:
        """The bytes that a run stands for; ValueError when it stands for none."""

    def worth_trying(self, letters: bytes) -> bool:
        """A quick look that spares decoding words."""
        del letters
        return True

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        senseless: set[bytes] = set()
        for low, high in free:
            for match in self.RUN.finditer(buffer.data, low, high):
                letters = match[0]
                if letters in senseless or not self.worth_trying(letters):
                    continue
                if not meter.spend(1, len(letters)):
                    return
                for variant in self.VARIANTS:
                    try:
                        inside = self.decoded(letters, variant)
                    except ValueError:
                        continue
                    if sensible(inside):
                        yield Layer(span=match.span(), data=inside, params={"variant": variant} if variant else {})
                        break
                else:
                    senseless.add(letters)

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        variant = params.get("variant", "")
        if variant not in self.VARIANTS:
            raise ValueError("no such variant")
        return self.decoded(data[slice(*span)], str(variant))
