"""Where canaries come from: words that exist nowhere else, and decoys that are never planted."""

from __future__ import annotations

from backtalk.model.canary import Canary, CanaryKind


class Mint:
    """Mints the canaries of one session; equal seeds and names give equal words in the same order of calls."""

    def __init__(self, seed: int, session: str) -> None:
        raise NotImplementedError

    def word(self, kind: CanaryKind, stimulus: str) -> Canary:
        """A new canary for one place of one stimulus. UsageError when the words run out."""
        raise NotImplementedError

    def decoys(self, count: int) -> tuple[Canary, ...]:
        """Canaries that will never be planted."""
        raise NotImplementedError
