"""The handset's clock: it can be moved, and run faster than life."""

from __future__ import annotations

import time
from collections.abc import Callable


class Clock:
    """Wall clock and time since boot, in seconds. `now` is a clock that never goes back; `speed` multiplies it."""

    def __init__(
        self, now: Callable[[], float] = time.monotonic, *, start: float | None = None, speed: float = 1.0
    ) -> None:
        self._now, self._speed = now, speed
        self._zero = now()
        self._ahead = time.time() if start is None else start
        self._booted = 0.0

    def elapsed(self) -> float:
        """Seconds of the handset's life, whatever its wall clock was set to."""
        return (self._now() - self._zero) * self._speed

    def moment(self) -> float:
        """Unix time by its wall clock."""
        return self._ahead + self.elapsed()

    def set(self, moment: float) -> None:
        """Move the wall clock."""
        self._ahead = moment - self.elapsed()

    def uptime(self) -> float:
        """Seconds since it was last started."""
        return self.elapsed() - self._booted

    def boot(self) -> None:
        """It starts now."""
        self._booted = self.elapsed()
