"""Every command of the handset's shell, one file a family."""

from __future__ import annotations

from backtalk.range.handset.shell.command import Command
from backtalk.range.handset.shell.commands import (
    activity,
    dumpsys,
    files,
    identity,
    log,
    network,
    packages,
    power,
    properties,
    screen,
    settings,
    text,
    time,
    touch,
)  # fmt: skip

FAMILIES = (
    properties, activity, touch, screen, packages, settings, dumpsys, log, time, files, text, network, identity, power,
)  # fmt: skip
"""Each has COMMANDS, and LIMITATIONS: what a phone's own command does and this one does not."""
COMMANDS: tuple[Command, ...] = tuple(command for family in FAMILIES for command in family.COMMANDS)
BY_NAME = {command.name: command for command in COMMANDS}
