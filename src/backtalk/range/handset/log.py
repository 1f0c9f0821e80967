"""The system's log, as `logcat` shows it: a ring of so many lines."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from msgspec import Struct

_LINES = 2000


class Line(Struct, frozen=True, kw_only=True):
    """One line."""

    moment: float
    level: str
    tag: str
    text: str
    process: int

    def threadtime(self) -> str:
        """As logcat writes it by default."""
        when = time.strftime("%m-%d %H:%M:%S", time.gmtime(self.moment))
        thousandths = int(self.moment % 1 * 1000)
        return f"{when}.{thousandths:03d} {self.process:5d} {self.process:5d} {self.level} {self.tag:8}: {self.text}"


class Log:
    """Lines in the order in which they came."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self.lines: deque[Line] = deque(maxlen=_LINES)

    def say(self, tag: str, text: str, *, level: str = "I", process: int = 1203) -> None:
        """One more."""
        self.lines.append(Line(moment=self._now(), level=level, tag=tag, text=text[:4000], process=process))
