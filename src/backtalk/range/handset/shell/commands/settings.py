"""The three tables of settings, and switches of the radio by `svc`."""

from __future__ import annotations

from backtalk.range.handset.shell.command import Call, Command

LIMITATIONS = ("Users besides 0 and default values are not there.",)
_TABLES = ("system", "secure", "global")
_MOST, _LONGEST = 1000, 10_000


def run(call: Call) -> int:
    """Get, put, delete, list."""
    words = [
        word
        for place, word in enumerate(call.arguments)
        if word != "--user" and call.arguments[place - 1 : place] != ["--user"]
    ]
    verb, table, *rest = [*words, "", ""][: max(2, len(words))]
    if table not in _TABLES:
        return call.fail("Invalid namespace" if table else "Settings provider (settings) commands:", code=255)
    known = call.phone.settings[table]
    if verb == "list":
        return call.say(*(f"{name}={value}" for name, value in sorted(known.items())))
    if verb == "get" and len(rest) == 1:
        return call.say(known.get(rest[0], "null"))
    if verb == "delete" and len(rest) == 1:
        return call.say(f"Deleted {int(known.pop(rest[0], None) is not None)} rows")
    if verb == "put" and len(rest) in {2, 3}:
        if len(known) >= _MOST or len(rest[0]) + len(rest[1]) > _LONGEST:
            return call.fail("java.lang.IllegalStateException: too many settings", code=255)
        known[rest[0]] = rest[1]
        return 0
    return call.fail("Bad arguments", code=255)


def svc(call: Call) -> int:
    """Switch Wi-Fi, mobile data or Bluetooth."""
    names = {"wifi": "wifi_on", "data": "mobile_data", "bluetooth": "bluetooth_on"}
    if len(call.arguments) == 2 and call.arguments[0] in names and call.arguments[1] in {"enable", "disable"}:
        call.phone.settings["global"][names[call.arguments[0]]] = "1" if call.arguments[1] == "enable" else "0"
        return 0
    if call.arguments[:2] == ["power", "reboot"]:
        call.phone.reboot("".join(call.arguments[2:3]))
        return 0
    return call.fail("Available commands: bluetooth data power wifi", code=255)


COMMANDS = (
    Command(
        name="settings",
        run=run,
        usage=(
            "settings get TABLE NAME",
            "settings put TABLE NAME VALUE",
            "settings delete TABLE NAME",
            "settings list TABLE",
        ),
    ),
    Command(name="svc", run=svc, usage=("svc wifi|data|bluetooth enable|disable", "svc power reboot")),
)
