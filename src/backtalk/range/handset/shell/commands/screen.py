"""What is on the screen: its picture, its widgets, its size."""

from __future__ import annotations

from backtalk.range.adb.device import Pause
from backtalk.range.handset.properties import DENSITY, HEIGHT, WIDTH
from backtalk.range.handset.shell.command import Call, Command, Steps

LIMITATIONS = (
    "`uiautomator` has `dump` alone, of the window that has the focus; it waits up to ten seconds while a page loads.",
    "`screencap` writes PNG alone.",
    "`wm` tells size and density and sets neither.",
)
_IDLE = 10.0
"""Seconds for which uiautomator waits for a screen at rest."""


def screencap(call: Call) -> int:
    """The picture, to stdout or into a file."""
    names = [word for word in call.arguments if not word.startswith("-")]
    picture = call.phone.display.picture()
    if not names:
        return call.give(picture)
    call.phone.files.write(call.path(names[0]), picture)
    return 0


def uiautomator(call: Call) -> Steps:
    """The widgets as XML."""
    if call.arguments[:1] != ["dump"]:
        return call.fail("Usage: uiautomator <subcommand> [options]")
    phone, end = call.phone, call.phone.clock.elapsed() + _IDLE
    if phone.loading:
        yield Pause(lambda: not phone.loading or phone.clock.elapsed() > end)
    names = [word for word in call.arguments[1:] if not word.startswith("-")]
    path = names[0] if names else "/sdcard/window_dump.xml"
    written = phone.display.dump().encode(errors="replace")
    if path in {"/dev/tty", "/dev/stdout", "/proc/self/fd/1"}:
        call.give(written)
    else:
        phone.files.write(call.path(path), written)
    return call.say(f"UI hierchary dumped to: {path}")


def wm(call: Call) -> int:
    """Size and density; and the lock screen is opened."""
    word = " ".join(call.arguments)
    if word == "size":
        return call.say(f"Physical size: {WIDTH}x{HEIGHT}")
    if word == "density":
        return call.say(f"Physical density: {DENSITY}")
    if word == "dismiss-keyguard":
        call.phone.display.key("menu")
        return 0
    return call.fail(f"Unknown command: {word}", code=255)


COMMANDS = (
    Command(name="screencap", run=screencap, usage=("screencap [-p] [FILE]",)),
    Command(name="uiautomator", run=uiautomator, usage=("uiautomator dump [FILE]",)),
    Command(name="wm", run=wm, usage=("wm size", "wm density", "wm dismiss-keyguard")),
)
