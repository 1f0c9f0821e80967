"""One Hyperscan database of needles and of what packaging looks like: each buffer is read once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import hyperscan

from backtalk.decode.codec import Buffer
from backtalk.errors import UsageError
from backtalk.model.canary import Needle
from backtalk.model.decoding import Span

LONGEST_EXPRESSION = 1000
"""Bytes of a literal that the database looks for; the rest is compared where these are met."""

LOCATIONS = 64
"""Places of one needle reported in one buffer: the first ones."""


class Scanner:
    """Says which needles and which patterns a buffer holds, and where the needles are."""

    def __init__(self, needles: Sequence[Needle], patterns: Sequence[str]) -> None:
        if not all(needle.literal for needle in needles):
            raise UsageError("An empty value cannot be looked for.", remedy="Leave it out.")
        self._literals = tuple(
            (needle.literal.lower() if needle.caseless else needle.literal, needle.caseless) for needle in needles
        )
        self._database = _compile(self._literals, tuple(patterns))

    def scan(self, data: bytes) -> tuple[list[int], list[int]]:
        """Indices of the needles, and of the patterns, that the bytes hold; each in order."""
        met: list[int] = []
        if data:
            self._database.scan(data, match_event_handler=lambda met_id, *_: met.append(met_id))
        count = len(self._literals)
        return sorted(x for x in met if x < count), sorted(x - count for x in met if x >= count)

    def locate(self, buffer: Buffer, needle: int) -> list[Span]:
        """Where the needle is, the first places only."""
        literal, caseless = self._literals[needle]
        text = buffer.lowered if caseless else buffer.data
        spans: list[Span] = []
        at = text.find(literal)
        while at >= 0 and len(spans) < LOCATIONS:
            spans.append((at, at + len(literal)))
            at = text.find(literal, at + 1)
        return spans


@lru_cache(maxsize=8)
def _compile(literals: tuple[tuple[bytes, bool], ...], patterns: tuple[str, ...]) -> hyperscan.Database:
    expressions = ["".join(f"\\x{byte:02x}" for byte in literal[:LONGEST_EXPRESSION]) for literal, _ in literals]
    expressions += patterns
    single = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_DOTALL
    flags = [single | (hyperscan.HS_FLAG_CASELESS if caseless else 0) for _, caseless in literals]
    flags += [single] * len(patterns)
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[expression.encode() for expression in expressions],
        ids=list(range(len(expressions))),
        elements=len(expressions),
        flags=flags,
    )
    return database
