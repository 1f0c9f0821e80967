"""Bytes written in an alphabet of letters that words are written in as well: believed when they give sense."""

from __future__ import annotations

import re
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
MIXED = r"[a-z][0-9]{0,2}[A-Z][A-Za-z0-9+/-]{0,8}[a-z0-9][A-Z]"
"""What random letters of both cases hold sooner or later, and words seldom do."""


def sensible(data: bytes) -> bool:
    """Whether decoded bytes are text, or the beginning of compressed data, beyond chance."""
    return data.startswith(CERTAIN) or (text_bits(data) or 0.0) >= SENSE


SHORTEST = 12
"""Letters of a word that may be packed bytes."""
LONGEST = 512
"""Characters of a token of several words, from which on these are rather base64."""
WORD = re.compile(rb"[A-Za-z0-9]{12,}")
ALNUM = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@lru_cache(maxsize=8)
def words(data: bytes, signs: bytes = b"") -> tuple[tuple[int, bytes], ...]:
    """Every long run of letters, digits and those signs, with where it begins; far faster than an expression."""
    others = bytes(byte for byte in range(256) if byte not in ALNUM + signs)
    flat = data.translate(bytes.maketrans(others, b" " * len(others)))
    found: list[tuple[int, bytes]] = []
    at = 0
    for word in [word for word in flat.split() if len(word) >= SHORTEST]:
        at = flat.index(word, at)
        found.append((at, word))
        at += len(word)
    return tuple(found)


@lru_cache(maxsize=8)
def short_words(data: bytes) -> tuple[tuple[int, bytes], ...]:
    """Every word that is no piece of a long base64 text."""
    found: list[tuple[int, bytes]] = []
    for start, token in words(data, b"+/_-%="):
        if token.isalnum():
            found.append((start, token))
        elif len(token) <= LONGEST:
            found += [(start + match.start(), match[0]) for match in WORD.finditer(token)]
    return tuple(found)


def within(span: Span, free: Sequence[Span]) -> bool:
    """Whether one of the ordered free ranges holds the span."""
    place = bisect_right(free, (span[0], span[1])) - 1
    place += place + 1 < len(free) and free[place + 1][0] == span[0]
    return place >= 0 and free[place][0] <= span[0] and span[1] <= free[place][1]


class Letters(Codec):
    """Runs of letters of one alphabet. What they give must make sense, for words and names are such runs too."""

    TEXT: ClassVar[bool] = True
    TOKEN: ClassVar[bool] = True
    RUN: ClassVar[re.Pattern[bytes] | None] = None
    """What a run looks like; without it runs are words."""
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
        for start, letters in self._runs(buffer.data, free):
            if letters in senseless or not self.worth_trying(letters):
                continue
            if not meter.spend(1, len(letters)):
                return
            layer = self._layer(start, letters)
            if layer:
                yield layer
            else:
                senseless.add(letters)

    def _runs(self, data: bytes, free: Sequence[Span]) -> Iterable[tuple[int, bytes]]:
        if self.RUN is None:
            return (word for word in short_words(data) if within((word[0], word[0] + len(word[1])), free))
        return ((match.start(), match[0]) for span in free for match in self.RUN.finditer(data, *span))

    def _layer(self, start: int, letters: bytes) -> Layer | None:
        for variant in self.VARIANTS:
            try:
                inside = self.decoded(letters, variant)
            except ValueError:
                continue
            if sensible(inside):
                params: dict[str, Value] = {"variant": variant} if variant else {}
                return Layer(span=(start, start + len(letters)), data=inside, params=params)
        return None

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        variant = params.get("variant", "")
        if variant not in self.VARIANTS:
            raise ValueError("no such variant")
        return self.decoded(data[slice(*span)], str(variant))
