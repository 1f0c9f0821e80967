"""Every packet on the wire between subject and gateway, as pcapng."""

from __future__ import annotations

from pathlib import Path

from backtalk.lab.gateway.network import INSIDE
from backtalk.lab.gateway.processes import Program

_BUFFER_MIB = "16"


class Capture:
    """A running dumpcap. It writes out what it has twice a second."""

    def __init__(self, file: Path, log: Path) -> None:
        self._file = file
        command = ["dumpcap", "-q", "-n", "-i", INSIDE, "-B", _BUFFER_MIB, "-w", str(file)]
        self._program = Program("dumpcap", command, log)

    def ready(self) -> bool:
        """Whether the file's header is written: the packet socket is then open."""
        return self._file.exists() and self._file.stat().st_size > 0

    def check(self) -> None:
        """Raise LabFailed if it ended by itself."""
        self._program.check()

    def stop(self) -> None:
        self._program.stop()
