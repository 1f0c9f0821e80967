"""The package manager: `pm`, and `cmd package`, which is the same."""

from __future__ import annotations

import hashlib
import io
import posixpath
import re
import zipfile

from backtalk.range.handset.packages import Package, runtime
from backtalk.range.handset.shell.command import Call, Command, Steps

LIMITATIONS = (
    "Name and version are read only from an archive that the range wrote; any other is named after its file.",
    "Split APKs, users besides 0 and sessions of `pm install-create` are not there.",
)
_NAMED = re.compile(r"^package: ([A-Za-z][\w.]{2,200})$", re.MULTILINE)
_VERSION = re.compile(r"^version: (\S{1,60}) \((\d{1,9})\)$", re.MULTILINE)
_LONGEST_NOTE = 1 << 16


def _listed(call: Call, words: list[str]) -> int:
    what = (words or [""])[0]
    if what in {"packages", "package"}:
        return _packages(call, words[1:])
    if what == "users":
        return call.say("Users:", "\tUserInfo{0:Owner:13} running")
    if what == "features":
        return call.say(
            "feature:android.hardware.telephony",
            "feature:android.hardware.touchscreen",
            "feature:android.hardware.wifi",
        )
    if what == "permissions":
        names = {name for one in call.phone.packages.values() for name in one.permissions}
        return call.say("All Permissions:", "", *(f"permission:{name}" for name in sorted(names)))
    return call.fail(f"Error: unknown list type '{what}'", code=255)


def _packages(call: Call, words: list[str]) -> int:
    flags = {letter for word in words if word.startswith("-") and not word.startswith("--") for letter in word[1:]}
    parts = [
        word for place, word in enumerate(words) if not word.startswith("-") and words[place - 1 : place] != ["--user"]
    ]
    for one in sorted(call.phone.packages.values(), key=lambda package: package.name):
        if (
            ("s" in flags and not one.system)
            or ("3" in flags and one.system)
            or not all(part in one.name for part in parts)
        ):
            continue
        path = f"{one.path}=" if "f" in flags else ""
        uid = f" uid:{one.uid}" if "U" in flags else ""
        code = f" versionCode:{one.code}" if "--show-versioncode" in words else ""
        call.say(f"package:{path}{one.name}{code}{uid}")
    return 0


def _path(call: Call, words: list[str]) -> int:
    one = call.phone.packages.get(words[0] if words else "")
    return call.say(f"package:{one.path}") if one is not None else 1


def _clear(call: Call, words: list[str]) -> int:
    return call.say("Success") if words and call.phone.clear(words[-1]) else call.fail("Failed", code=1)


def _permit(call: Call, words: list[str], *, given: bool) -> int:
    words = [word for word in words if word not in {"--user", "0"}]
    if len(words) != 2:
        return call.fail("Error: no package or permission specified", code=255)
    name, permission = words
    told = "Exception occurred while executing:"
    if name not in call.phone.packages:
        return call.fail("", told, f"java.lang.IllegalArgumentException: Unknown package: {name}", code=255)
    if not runtime(permission):
        why = f"Permission {permission} requested by {name} is not a changeable permission type"
        return call.fail("", told, f"java.lang.SecurityException: {why}", code=255)
    try:
        call.phone.grant(name, permission, given=given)
    except OSError as error:
        return call.fail("", told, f"java.lang.SecurityException: {error.strerror}", code=255)
    return 0


def _uninstall(call: Call, words: list[str]) -> int:
    names = [word for word in words if not word.startswith("-") and word != "0"]
    if not names or names[0] not in call.phone.packages:
        return call.fail("Failure [not installed for 0]" if names else "Error: package name not specified")
    if call.phone.packages[names[0]].system and "--user" not in words:
        return call.fail("Failure [DELETE_FAILED_INTERNAL_ERROR]")
    done = call.phone.uninstall(names[0], keep="-k" in words)
    return call.say("Success") if done else call.fail("Failure [DELETE_FAILED_INTERNAL_ERROR]")


def _described(data: bytes, file: str) -> Package | None:
    """The package in an archive; None for what is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            note = packed.open("ABOUT.txt").read(_LONGEST_NOTE).decode() if "ABOUT.txt" in packed.namelist() else ""
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError):
        return None
    named, version = _NAMED.search(note), _VERSION.search(note)
    stem = (
        re.sub(r"\W+", "_", posixpath.basename(file).removesuffix(".apk"))[:60].strip("_")
        or hashlib.sha256(data).hexdigest()[:8]
    )
    name = named[1] if named else f"installed.{stem}"
    return Package(
        name=name,
        label=stem,
        activity="",
        path="",
        uid=0,
        version=version[1] if version else "1",
        code=int(version[2]) if version else 1,
        signer="unknown",
        system=False,
    )


def _install(call: Call, words: list[str]) -> Steps:
    size, file, replaces = 0, "", False
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word in {"-S", "--user", "-i", "--abi"} and rest:
            size = int(rest[0]) if word == "-S" and rest[0].isdecimal() else size
            rest.pop(0)
        elif not word.startswith("-"):
            file = word
        replaces = replaces or word in {"-r", "-S"}
    if size > call.phone.files.left:
        return call.fail("Failure [INSTALL_FAILED_INSUFFICIENT_STORAGE]")
    if size:
        data = yield from call.need_input(size)
    elif file:
        data = call.phone.files.read(call.path(file))
    else:
        return call.fail("Error: must either specify a package size or an APK file")
    package = _described(data, file)
    if package is None:
        return call.fail("Failure [INSTALL_PARSE_FAILED_NOT_APK: Failed to parse APK]")
    old = call.phone.packages.get(package.name)
    if old is not None and old.code > package.code:
        return call.fail("Failure [INSTALL_FAILED_VERSION_DOWNGRADE]")
    call.phone.install(package, data)
    return call.say("Success")


def pm(call: Call) -> int | Steps:
    """The package manager."""
    word, rest = (call.arguments or [""])[0], call.arguments[1:]
    if word in {"install", "install-existing"}:
        if word == "install":
            return _install(call, rest)
        done = bool(rest) and call.phone.install_existing(rest[-1])
        return (
            call.say(f"Package {rest[-1]} installed for user: 0")
            if done
            else call.fail("android.content.pm.PackageManager$NameNotFoundException", code=1)
        )
    if word in {"grant", "revoke"}:
        return _permit(call, rest, given=word == "grant")
    known = {"list": _listed, "path": _path, "clear": _clear, "uninstall": _uninstall}
    if word in known:
        return known[word](call, rest)
    return call.fail(f"Unknown command: {word}", code=255)


def cmd(call: Call) -> int | Steps:
    """Services by name: the package manager, the clock."""
    service, call.arguments = (call.arguments or [""])[0], call.arguments[1:]
    if service == "package":
        return pm(call)
    if (
        service == "alarm"
        and call.arguments[:1] == ["set-time"]
        and call.arguments[1:2]
        and call.arguments[1].isdecimal()
    ):
        call.phone.clock.set(int(call.arguments[1][:15]) / 1000)
        return 0
    if service == "statusbar":
        return _status_bar(call)
    return call.fail(f"cmd: Can't find service: {service}", code=20)


def _status_bar(call: Call) -> int:
    wanted = {"expand-notifications": True, "collapse": False}.get((call.arguments or [""])[0])
    if wanted is not None and wanted != call.phone.display.pulled:
        call.phone.display.key("notifications")
    return 0


COMMANDS = (
    Command(
        name="pm",
        run=pm,
        usage=(
            "pm list packages [-f] [-s] [-3] [-U] [--show-versioncode] [PART]",
            "pm list users|features|permissions",
            "pm path PACKAGE",
            "pm clear PACKAGE",
            "pm grant|revoke PACKAGE PERMISSION",
            "pm install [-r] FILE",
            "pm install -S SIZE",
            "pm install-existing PACKAGE",
            "pm uninstall [-k] [--user 0] PACKAGE",
        ),
    ),
    Command(
        name="cmd",
        run=cmd,
        usage=("cmd package …", "cmd alarm set-time MILLISECONDS", "cmd statusbar expand-notifications|collapse"),
    ),
)
