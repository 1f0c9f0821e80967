"""System properties."""

from __future__ import annotations

from backtalk.range.handset.shell.command import Call, Command

LIMITATIONS = ("Properties do not change by themselves but for those of the identities.",)
_SETTABLE = ("debug.", "log.", "persist.log.")


def getprop(call: Call) -> int:
    """One, or all."""
    known = call.phone.properties
    if not call.arguments:
        return call.say(*(f"[{name}]: [{value}]" for name, value in sorted(known.items())))
    return call.say(known.get(call.arguments[0], "") or "".join(call.arguments[1:2]))


def setprop(call: Call) -> int:
    """Set one that the shell may set."""
    if len(call.arguments) != 2:
        return call.fail("usage: setprop NAME VALUE")
    name, value = call.arguments
    if not name.startswith(_SETTABLE) or len(name) + len(value) > 200 or len(call.phone.properties) > 500:
        return call.fail(f"Failed to set property '{name}' to '{value}'.", "See dmesg for error reason.")
    call.phone.properties[name] = value
    return 0


COMMANDS = (
    Command(name="getprop", run=getprop, usage=("getprop [NAME [DEFAULT]]",)),
    Command(name="setprop", run=setprop, usage=("setprop NAME VALUE",)),
)
