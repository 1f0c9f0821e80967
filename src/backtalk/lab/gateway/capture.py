"""Every packet on the wire between subject and gateway, as pcapng."""

from __future__ import annotations

import contextlib
import socket
import time
from pathlib import Path

from backtalk.lab.gateway.network import BROADCAST, INSIDE
from backtalk.lab.gateway.processes import Program

_BUFFER_MIB = "16"
_DISCARD = 9
_TAIL = 1 << 16

LAST = b"backtalk: nothing is captured after this packet"
"""Payload of the gateway's own last datagram, to UDP port 9 (RFC 863): what came before it was captured."""


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

    def stop(self, patience: float = 2.0) -> None:
        """End when all is written that came until now, or after `patience` seconds.

        The kernel hands packets over in blocks, and dumpcap drops what it was not yet handed:
        so a last packet is sent along the wire, and waited for in the file.
        """
        if self._program.status is None:
            _say_last()
            limit = time.monotonic() + patience
            while not self.ended() and self._program.status is None and time.monotonic() < limit:
                time.sleep(0.02)
        self._program.stop()

    def ended(self) -> bool:
        """Whether the last packet is in the file: nothing that came before it is missing."""
        if not self.ready():
            return False
        with self._file.open("rb") as packets:
            packets.seek(-min(_TAIL, self._file.stat().st_size), 2)
            return LAST in packets.read()


def _say_last() -> None:
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:  # the wire may be gone
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        udp.sendto(LAST, (BROADCAST, _DISCARD))
