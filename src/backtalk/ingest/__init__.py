"""Reads captures made elsewhere: one file a format, told apart by their bytes, never by their names."""

from __future__ import annotations

from pathlib import Path

from backtalk.errors import UnreadableCapture
from backtalk.ingest.har import Har
from backtalk.ingest.mitmproxy import Mitmproxy
from backtalk.ingest.plain import Plain
from backtalk.ingest.reader import HEAD, Capture, Locate, Reader, not_located, shown

READERS: tuple[Reader, ...] = (Har(), Mitmproxy(), Plain())

__all__ = ["READERS", "Capture", "Locate", "Reader", "read", "shown"]


def read(path: Path, *, mitmproxy: Locate = not_located) -> Capture:
    """All that a capture shows, in file order; what could not be read of it is in its gaps.

    `mitmproxy` finds the Python of mitmproxy's environment and is called only for flow
    files. UnreadableCapture if nothing of the file can be read.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
        if not head:
            raise UnreadableCapture(f"{path} is empty.", means="There is nothing to judge in it.")
        for reader in READERS:
            if reader.sniff(head):
                return reader.read(path, mitmproxy)
    except OSError as error:
        raise UnreadableCapture(f"{path} cannot be read: {error.strerror or error}.") from error
    known = "; ".join(reader.NAME for reader in READERS)
    raise UnreadableCapture(f"{path} is no capture that Backtalk can read.", remedy=f"It reads: {known}.")
