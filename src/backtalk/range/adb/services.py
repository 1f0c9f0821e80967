"""Which service an OPEN asks for, by its name. (AOSP, SERVICES.TXT)"""

from __future__ import annotations

from backtalk.range.adb.device import Device
from backtalk.range.adb.shell import Packets, Raw
from backtalk.range.adb.stream import Service
from backtalk.range.adb.sync import Sync


class Sentence:
    """A service that says one thing and ends."""

    waiting = False
    ready = True

    def __init__(self, text: str = "") -> None:
        self._left = text.encode()

    @property
    def ended(self) -> bool:
        """Nothing is left to say."""
        return not self._left

    def feed(self, data: bytes) -> None:
        """Nobody listens."""

    def pull(self, most: int) -> bytes:
        """What is left to say."""
        said, self._left = self._left[:most], self._left[most:]
        return said

    def drop(self) -> None:
        """Nothing is held."""


def start(device: Device, name: bytes) -> Service | None:
    """The service of this name; None where an ordinary phone has none."""
    kind, colon, rest = name.decode(errors="replace").partition(":")
    if not colon:
        return None
    family, *options = kind.split(",")
    if family == "shell" and "v2" in options:
        return Packets(device, rest, terminal="pty" in options)
    if family in {"shell", "exec"}:
        return Raw(device, rest, terminal=family == "shell" and not rest)
    if family == "sync":
        return Sync(device.files)
    if family == "reboot":
        device.reboot(rest)
        return Sentence()
    refusals = {"root": "adbd cannot run as root in production builds\n", "unroot": "adbd not running as root\n"}
    return Sentence(refusals[family]) if family in refusals else None
