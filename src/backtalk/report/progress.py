"""What a running case is doing, on stderr: live on a terminal, one line an event elsewhere."""

from __future__ import annotations

import threading
from types import TracebackType

from msgspec import Struct
from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from backtalk.report.text import count, seconds, shown


class Doing(Struct, frozen=True, kw_only=True):
    """What one lane does: the session, and the stimulus in words."""

    session: str
    what: str


class Progress:
    """Shows the lanes of a running case; a context manager, safe to feed from several threads.

    `console` should write to stderr. Nothing is shown of a lane once it is `rest`ed.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._lanes: dict[str, Doing] = {}
        self._done, self._total, self._left = 0, 0, None
        self._lock = threading.Lock()
        self._live = Live(console=console, transient=True, auto_refresh=False) if console.is_terminal else None

    _left: float | None

    def __enter__(self) -> Progress:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    def event(self, lane: str, session: str, what: str, *, done: int, total: int, left: float | None = None) -> None:
        """A lane has begun `what` in `session`; `done` of `total` sessions are over, `left` seconds are left."""
        with self._lock:
            self._lanes[lane] = Doing(session=session, what=what)
            self._done, self._total, self._left = done, total, left
            if self._live:
                self._refresh(self._live)
            else:
                self._line(f"[{done}/{total}{_ahead(left)}] {shown(session, 80)}: {shown(what, 160)}")

    def rest(self, lane: str) -> None:
        """A lane has nothing to do any more."""
        with self._lock:
            self._lanes.pop(lane, None)
            if self._live:
                self._refresh(self._live)

    def note(self, line: str) -> None:
        """A line that stays: a session that failed, a subject that is skipped."""
        with self._lock:
            self._line(shown(line))

    def _line(self, line: str) -> None:
        self._console.print(Text(line), soft_wrap=True)

    def _refresh(self, live: Live) -> None:
        live.update(self._picture(), refresh=True)

    def _picture(self) -> Group:
        head = Text(f"{self._done} of {count(self._total, 'session')} done{_ahead(self._left)}", style="bold")
        width = self._console.width - 1
        lines = [head]
        for lane in sorted(self._lanes):
            doing = self._lanes[lane]
            line = Text(f"  {shown(lane, 20)}  ", style="dim")
            line.append(shown(doing.session, 60), style="cyan")
            line.append(f"  {shown(doing.what, 160)}", style="default")
            line.truncate(width, overflow="ellipsis")
            lines.append(line)
        return Group(*lines)


def _ahead(left: float | None) -> str:
    return "" if left is None else f", about {seconds(max(left, 0.0))} left"
