"""Random draws that stay the same for ever: raw PCG64 bits, no library distributions."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

from numpy.random import PCG64

T = TypeVar("T")

CONSONANTS = "bdfghklmnprstvz"
VOWELS = "aeiou"


class Draw:
    """A stream of draws named by a seed and a purpose; equal names give equal streams."""

    def __init__(self, seed: int, purpose: str) -> None:
        digest = hashlib.sha256(f"{seed}/{purpose}".encode()).digest()
        self._bits = PCG64(int.from_bytes(digest[:16], "big"))

    def below(self, bound: int) -> int:
        """A whole number in [0, bound), without modulo bias. ValueError unless 0 < bound <= 2**64."""
        if not 0 < bound <= 1 << 64:
            raise ValueError(f"a draw needs 0 < bound <= 2**64, not {bound}")
        limit = (1 << 64) - (1 << 64) % bound
        while (raw := int(self._bits.random_raw())) >= limit:
            pass
        return raw % bound

    def between(self, low: float, high: float) -> float:
        """A number in [low, high), in steps of 1/2**53 of the range."""
        return low + (high - low) * (self.below(1 << 53) / (1 << 53))

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in random order (Fisher-Yates)."""
        order = list(items)
        for last in range(len(order) - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return order

    def word(self, letters: int) -> str:
        """A pronounceable lower-case word: consonant and vowel in turn."""
        return "".join(
            (CONSONANTS, VOWELS)[place % 2][self.below(len((CONSONANTS, VOWELS)[place % 2]))]
            for place in range(letters)
        )
