"""Starting again."""

from __future__ import annotations

from backtalk.range.handset.shell.command import Call, Command

LIMITATIONS = ("Every start is complete at once; recovery and bootloader are a normal start.",)


def reboot(call: Call) -> int:
    """Start again: every connection ends."""
    call.phone.reboot("".join(call.arguments[:1]))
    return 0


COMMANDS = (Command(name="reboot", run=reboot, usage=("reboot",)),)
