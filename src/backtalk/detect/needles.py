"""What to look for on behalf of each canary."""

from __future__ import annotations

from collections.abc import Sequence

from backtalk.model.canary import Canary, Needle


def needles(canaries: Sequence[Canary]) -> tuple[Needle, ...]:
    """The needles of all canaries, in order; `Needle.canary` indexes `canaries`."""
    raise NotImplementedError
