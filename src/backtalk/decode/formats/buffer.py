"""Decoded bytes as formats look at them: each view is made at most once, and only when asked for."""

from __future__ import annotations

from functools import cached_property

from backtalk.decode.formats.document import Item, documents
from backtalk.decode.formats.query import Pair, pairs, path
from backtalk.decode.native.text import is_text

LONGEST = 1 << 21
"""Bytes of a buffer that is looked at; longer ones are no single message."""
SHORTEST = 12


class Buffer:
    """One buffer, however it was reached."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    @cached_property
    def fits(self) -> bool:
        """Whether it is worth a look."""
        return SHORTEST <= len(self.data) <= LONGEST

    @cached_property
    def binary(self) -> bool:
        return not is_text(self.data[: 1 << 16])

    @cached_property
    def documents(self) -> tuple[Item, ...]:
        """JSON documents, one after another; none when there is anything else."""
        return documents(self.data) if self.data[:64].lstrip()[:1] in {b"{", b"["} else ()

    @cached_property
    def objects(self) -> tuple[Item, ...]:
        """The objects of the documents, those in a list at the top one by one."""
        return tuple(item for root in self.documents for item in root.objects())

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """The fields of a form or of a URL's query."""
        return pairs(self.data)

    @cached_property
    def first(self) -> dict[str, str]:
        """The first value of each field of a form or query."""
        found: dict[str, str] = {}
        for pair in self.pairs:
            found.setdefault(pair.name, pair.value)
        return found

    @cached_property
    def path(self) -> tuple[str, int]:
        """The path of a URL, and where it begins."""
        return path(self.data)
