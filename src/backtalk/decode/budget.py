"""How far a walk may go: counts, never clocks, so that the same bytes give the same walk on any machine."""

from __future__ import annotations

from msgspec import Struct


class Budget(Struct, frozen=True, kw_only=True):
    """Limits of one walk: layers inside each other, layers tried in all, and bytes that these took or gave."""

    depth: int = 12
    steps: int = 100_000
    bytes: int = 1 << 26


class Meter:
    """What is left of a budget during one walk; `cut` says that it ended something."""

    def __init__(self, budget: Budget) -> None:
        self.cut = False
        self._steps = budget.steps
        self._bytes = budget.bytes

    @property
    def allowance(self) -> int:
        """Bytes that one layer may expand to: half of what is left, so that one bomb does not starve the rest."""
        return self._bytes // 2

    def spend(self, steps: int, size: int) -> bool:
        """Take that much; False, and the walk is cut, when it is not there."""
        if steps > self._steps or size > self._bytes:
            self.cut = True
            return False
        self._steps -= steps
        self._bytes -= size
        return True
