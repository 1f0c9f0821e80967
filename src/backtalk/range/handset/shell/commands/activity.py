"""The activity manager, and monkey, by which tools start programs."""

from __future__ import annotations

from msgspec import Struct

from backtalk.range.handset.shell.command import Call, Command

LIMITATIONS = (
    "`am` knows `start`, `force-stop`, `kill`, `broadcast` and `get-current-user`.",
    "Of an intent's data only the address reaches the program; extras are not looked at.",
    "Every program has one activity.",
)
_VIEW, _MAIN = "android.intent.action.VIEW", "android.intent.action.MAIN"
_WITH_VALUE = {"-a", "-d", "-t", "-c", "-n", "-p", "-f", "--user", "--display", "-R", "--activity-flags"}
_EXTRAS = {"--es": 2, "-e": 2, "--ez": 2, "--ei": 2, "--el": 2, "--ef": 2, "--eu": 2, "--esn": 1}


class Intent(Struct, frozen=True):
    """What is to be started."""

    action: str = ""
    data: str = ""
    component: str = ""
    package: str = ""
    waits: bool = False
    stops: bool = False

    def __str__(self) -> str:
        named = (("act", self.action), ("dat", self.data), ("pkg", self.package), ("cmp", self.component))
        return "Intent { " + " ".join(f"{name}={value}" for name, value in named if value) + " }"


def intent(words: list[str]) -> Intent:
    """The intent that these words describe. ValueError where one is none."""
    found: dict[str, str] = {}
    rest, waits, stops = list(words), False, False
    while rest:
        word = rest.pop(0)
        if word in _WITH_VALUE:
            if not rest:
                raise ValueError(f'Argument expected after "{word}"')
            found[word] = rest.pop(0)
        elif word in _EXTRAS:
            del rest[: _EXTRAS[word]]
        elif word == "-W":
            waits = True
        elif word == "-S":
            stops = True
        elif word.startswith("-"):
            if not word.startswith(("--grant-", "--activity-", "--include", "--exclude")):
                raise ValueError(f"Unknown option: {word}")
        elif "://" in word:
            found["-d"] = word
        elif "/" in word:
            found["-n"] = word
        else:
            found["-p"] = word
    action = found.get("-a", _VIEW if "-d" in found else _MAIN)
    return Intent(action, found.get("-d", ""), found.get("-n", ""), found.get("-p", ""), waits, stops)


def _resolved(call: Call, one: Intent) -> str:
    """The package that answers the intent; empty if none does."""
    packages = call.phone.packages
    if one.component:
        package, _, activity = one.component.partition("/")
        known = packages.get(package)
        whole = package + activity if activity.startswith(".") else activity
        return package if known is not None and known.activity == whole else ""
    if one.package:
        return one.package if one.package in packages and packages[one.package].activity else ""
    if one.data.startswith(("http://", "https://")):
        return "com.mirage.browser" if "com.mirage.browser" in packages else ""
    if one.action.startswith("android.settings."):
        return "com.android.settings"
    return "com.mirage.home" if one.action == _MAIN and not one.data else ""


def _start(call: Call, words: list[str]) -> int:
    try:
        one = intent(words)
    except ValueError as error:
        return call.fail(f"Error: {error}")
    call.say(f"Starting: {one}")
    package = _resolved(call, one)
    if not package and one.component:
        call.fail("Error type 3", f"Error: Activity class {{{one.component}}} does not exist.")
        return 1
    if not package:
        return call.fail(f"Error: Activity not started, unable to resolve {one}")
    phone = call.phone
    if one.stops:
        phone.stop(package)
    again = phone.front == package
    if again and not one.data:
        call.fail("Warning: Activity not started, its current task has been brought to the front", code=0)
    phone.launch(package, one.data)
    if one.waits:
        call.say(
            "Status: ok",
            "LaunchState: COLD",
            f"Activity: {phone.packages[package].component}",
            "TotalTime: 412",
            "WaitTime: 430",
            "Complete",
        )
    return 0


def am(call: Call) -> int:
    """The activity manager."""
    word, rest = (call.arguments or [""])[0], call.arguments[1:]
    if word in {"start", "start-activity"}:
        return _start(call, rest)
    if word in {"force-stop", "kill"}:
        names = [one for one in rest if not one.startswith("-") and not one.isdigit()]
        if not names:
            return call.fail('Error: Argument expected after "' + word + '"', code=255)
        call.phone.stop(names[-1])
        return 0
    if word == "broadcast":
        try:
            call.say(f"Broadcasting: {intent(rest)}", "Broadcast completed: result=0")
        except ValueError as error:
            return call.fail(f"Error: {error}")
        return 0
    if word == "get-current-user":
        return call.say("0")
    return call.fail(f"Unknown command: {word}" if word else "Activity manager (activity) commands:", code=255)


def monkey(call: Call) -> int:
    """Starts a program: nothing else of it is there."""
    words = call.arguments
    package = words[words.index("-p") + 1] if "-p" in words[:-1] else ""
    known = call.phone.packages.get(package)
    if known is None or not known.activity:
        return call.fail("** No activities found to run, monkey aborted.", code=252)
    call.phone.launch(package)
    return call.say(
        "Events injected: 1", "## Network stats: elapsed time=21ms (0ms mobile, 0ms wifi, 21ms not connected)"
    )


COMMANDS = (
    Command(
        name="am",
        run=am,
        usage=(
            "am start [-W] [-S] [-a ACTION] [-d URL] [-n PACKAGE/ACTIVITY] [PACKAGE]",
            "am force-stop PACKAGE",
            "am broadcast -a ACTION",
        ),
    ),
    Command(name="monkey", run=monkey, usage=("monkey -p PACKAGE [-c CATEGORY] 1",)),
)
