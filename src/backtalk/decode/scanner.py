"""One Hyperscan database of needles and of what packaging looks like: each buffer is read once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import hyperscan
from msgspec import Struct

from backtalk.decode.codec import Buffer, Respelling, Sought
from backtalk.errors import UsageError
from backtalk.model.canary import Needle
from backtalk.model.decoding import Span

LONGEST_EXPRESSION = 1000
"""Bytes of a literal that the database looks for; the rest is compared where these are met."""

SHORTEST_FORM = 8
"""Bytes of a needle from which on it is also looked for in the forms that respellings give it."""

WORDS = bytes({*range(0x21, 0x100)} - {0x22, 0x7F})
"""What stands in a run without spaces and quotes."""

LOCATIONS = 64
"""Places of one needle reported in one buffer: the first ones."""


class Seen(Struct, frozen=True, kw_only=True):
    """Indices of the needles, and of the patterns and then the forms, that a buffer holds."""

    needles: tuple[int, ...] = ()
    patterns: tuple[int, ...] = ()


NOTHING = Seen()


class Scanner:
    """Says which needles and which patterns a buffer holds, and where the needles are."""

    def __init__(
        self,
        needles: Sequence[Needle],
        patterns: Sequence[str],
        forms: Sequence[Respelling] = (),
    ) -> None:
        if not all(needle.literal for needle in needles):
            raise UsageError("An empty value cannot be looked for.", remedy="Leave it out.")
        self._literals = tuple(
            (needle.literal.lower() if needle.caseless else needle.literal, needle.caseless) for needle in needles
        )
        self.sought = Sought(self._literals) if needles else None
        self.spaced = any(b" " in literal for literal, _ in self._literals)
        """Whether a needle holds a space, which forms write as a plus sign."""
        self.reach = max((len(literal) for literal, _ in self._literals if literal.translate(None, WORDS)), default=0)
        """Bytes of the longest needle that is no single run without spaces and quotes."""
        self._formed = len(self._literals) + len(patterns)
        long = [literal for literal in dict.fromkeys(self._literals) if len(literal[0]) >= SHORTEST_FORM]
        self._forms = {form.ID: tuple((form.form(literal), caseless) for literal, caseless in long) for form in forms}
        formed = [(number, one) for number, form in enumerate(forms) for one in self._forms[form.ID]]
        self._form_of = tuple(number for number, _ in formed)
        self._database = _compile(self._literals, tuple(patterns), tuple(one for _, one in formed))

    def scan(self, data: bytes) -> Seen:
        """What the bytes hold."""
        met: list[int] = []
        if data:
            self._database.scan(data, match_event_handler=lambda number, *_: met.append(number))
        if not met:
            return NOTHING
        count, formed = len(self._literals), self._formed
        needles: list[int] = []
        patterns: set[int] = set()
        for number in met:
            if number < count:
                needles.append(number)
            elif number >= formed:
                patterns.add(formed - count + self._form_of[number - formed])
            else:
                patterns.add(number - count)
        return Seen(needles=tuple(sorted(needles)), patterns=tuple(sorted(patterns)))

    def locate(self, buffer: Buffer, needle: int) -> list[Span]:
        """Where the needle is, the first places only."""
        return _find(buffer, *self._literals[needle])

    def forms(self, buffer: Buffer, codec: Respelling) -> list[Span]:
        """Where needles are in the form that the codec gives them, the first places of each."""
        return [span for form in self._forms[codec.ID] for span in _find(buffer, *form)]


def _find(buffer: Buffer, literal: bytes, caseless: bool) -> list[Span]:
    text = buffer.lowered if caseless else buffer.data
    literal = literal.lower() if caseless else literal
    spans: list[Span] = []
    at = text.find(literal)
    while at >= 0 and len(spans) < LOCATIONS:
        spans.append((at, at + len(literal)))
        at = text.find(literal, at + 1)
    return spans


@lru_cache(maxsize=8)
def _compile(
    literals: tuple[tuple[bytes, bool], ...],
    patterns: tuple[str, ...],
    forms: tuple[tuple[bytes, bool], ...],
) -> hyperscan.Database:
    single = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_DOTALL
    caseless = single | hyperscan.HS_FLAG_CASELESS
    expressions = [*map(_expression, literals), *patterns, *map(_expression, forms)]
    flags = [caseless if literal[1] else single for literal in literals]
    flags += [single] * len(patterns)
    flags += [caseless if form[1] else single for form in forms]
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[expression.encode() for expression in expressions],
        ids=list(range(len(expressions))),
        elements=len(expressions),
        flags=flags,
    )
    return database


def _expression(literal: tuple[bytes, bool]) -> str:
    return "".join(f"\\x{byte:02x}" for byte in literal[0][:LONGEST_EXPRESSION])
