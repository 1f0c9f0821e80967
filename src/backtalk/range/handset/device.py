"""The handset as a device of ADB: its banner, its shell, its files."""

from __future__ import annotations

from backtalk.range.adb.device import Input, Process
from backtalk.range.handset.phone import Handset
from backtalk.range.handset.shell.interpreter import start
from backtalk.range.handset.storage import Storage


class Debugged:
    """A handset with USB debugging switched on."""

    def __init__(self, phone: Handset) -> None:
        self.phone = phone

    @property
    def banner(self) -> dict[str, str]:
        """The properties that it shows when it is connected to."""
        shown = self.phone.properties
        return {name: shown[name] for name in ("ro.product.name", "ro.product.model", "ro.product.device")}

    @property
    def files(self) -> Storage:
        """Its files: others after a factory reset."""
        return self.phone.files

    def run(self, command: str, stdin: Input) -> Process:
        """Start the shell."""
        return start(self.phone, command, stdin)

    def reboot(self, target: str) -> None:
        """Start again."""
        self.phone.reboot(target)
