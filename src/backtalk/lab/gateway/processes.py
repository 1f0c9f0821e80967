"""Starting a program of the gateway, seeing that it listens, and ending it in bounded time."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from backtalk.errors import LabFailed

_LISTEN = "0A"


class Program:
    """A child process with one log file. It dies with the lab's PID namespace at the latest."""

    def __init__(
        self, name: str, command: Sequence[str | Path], log: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        self.name, self.log = name, log
        with log.open("ab") as told:
            try:
                self._process = subprocess.Popen(
                    [str(word) for word in command],
                    stdin=subprocess.DEVNULL,
                    stdout=told,
                    stderr=told,
                    env={**os.environ, **(environment or {})},
                )
            except OSError as failure:
                raise LabFailed(
                    f"{name} cannot be started: {failure}.",
                    means="Nothing would be recorded.",
                    remedy="`backtalk doctor` says what this machine lacks.",
                ) from failure

    @property
    def status(self) -> int | None:
        """The exit status; None while it runs."""
        return self._process.poll()

    def check(self) -> None:
        """Raise LabFailed if it is no longer running."""
        if self.status is not None:
            raise LabFailed(
                f"{self.name} ended by itself (status {self.status}): {self.last_words() or 'it said nothing'}.",
                means="What the subject did since then is not recorded.",
            )

    def last_words(self) -> str:
        """The last line of its log, shortened."""
        lines = self.log.read_text("utf-8", "replace").strip().splitlines() if self.log.exists() else []
        return lines[-1][:300].rstrip(".") if lines else ""

    def stop(self, patience: float = 3.0) -> None:
        """Ask it to end; kill it after `patience` seconds."""
        if self.status is None:
            self._process.terminate()
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(patience)


def listening(port: int) -> bool:
    """Whether a TCP socket of this network namespace listens on `port`, told without connecting to it."""
    wanted = f":{port:04X}"
    for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]:
        _, local, _, state = line.split()[:4]
        if state == _LISTEN and local.endswith(wanted):
            return True
    return False


def printed(*command: str | Path) -> str:
    """The first line that a program prints; empty if it is not there or fails."""
    try:
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.partition("\n")[0]
