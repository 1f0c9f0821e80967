"""What services say of themselves, as far as programs that drive phones read it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from backtalk.range.handset.packages import Package, runtime
from backtalk.range.handset.phone import Handset
from backtalk.range.handset.properties import HEIGHT, WIDTH
from backtalk.range.handset.shell.command import Call, Command

LIMITATIONS = ("Each service says a few lines of what a phone's says, in its words.",)


def _one(package: Package) -> Iterator[str]:
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(package.installed))
    yield f"  Package [{package.name}] ({package.uid * 2654435761 % 0xFFFFFFF:x}):"
    yield f"    userId={package.uid}"
    yield f"    pkg=Package{{{package.uid:x} {package.name}}}"
    yield f"    codePath={package.path.rpartition('/')[0]}"
    yield f"    versionCode={package.code} minSdk=23 targetSdk=29"
    yield f"    versionName={package.version}"
    yield f"    flags=[ {'SYSTEM ' if package.system else ''}HAS_CODE ALLOW_CLEAR_USER_DATA ]"
    yield f"    dataDir=/data/user/0/{package.name}"
    yield f"    timeStamp={when}"
    yield f"    firstInstallTime={when}"
    yield f"    lastUpdateTime={when}"
    yield f"    signatures=PackageSignatures{{{package.signer}}}"
    yield "    requested permissions:"
    yield from (f"      {name}" for name in package.permissions)
    yield "    install permissions:"
    yield from (f"      {name}: granted=true" for name in package.permissions if not runtime(name))
    yield "    User 0: ceDataInode=0 installed=true hidden=false suspended=false stopped=false enabled=0"
    yield "      runtime permissions:"
    yield from (
        f"        {name}: granted={str(name in package.granted).lower()}"
        for name in package.permissions
        if runtime(name)
    )


def package(phone: Handset, words: list[str]) -> Iterator[str]:
    """All packages, or one."""
    names = [word for word in words if not word.startswith("-")]
    found = [one for one in phone.packages.values() if not names or one.name == names[0]]
    if not found:
        yield f"Unable to find package: {names[0]}"
        return
    yield "Packages:"
    for one in found:
        yield from _one(one)


def _focus(phone: Handset) -> str:
    window = phone.display.focused()
    name = f"{window.package}/{window.activity}" if "." in window.activity else window.activity
    return f"Window{{{phone.packages[phone.front].uid * 40503 & 0xFFFFFFF:x} u0 {name}}}"


def _record(package: Package) -> str:
    return f"ActivityRecord{{c3 u0 {package.component} t12}}"


def window(phone: Handset, words: list[str]) -> Iterator[str]:
    """Which window has the focus, and whether the screen is locked."""
    del words
    one = phone.packages[phone.front]
    yield "WINDOW MANAGER WINDOWS (dumpsys window windows)"
    yield f"  mCurrentFocus={_focus(phone)}"
    yield f"  mFocusedApp=AppWindowToken{{a1 token=Token{{b2 {_record(one)}}}}}"
    yield f"  mDreamingLockscreen={str(phone.display.locked).lower()}"
    yield f"    mShowingLockscreen={str(phone.display.locked).lower()}"
    yield f"  mInputMethodWindow={'Window{d4 u0 InputMethod}' if phone.display.typing else 'null'}"
    yield "WINDOW MANAGER DISPLAY CONTENTS (dumpsys window displays)"
    size = f"{WIDTH}x{HEIGHT}"
    yield f"  Display: mDisplayId=0 init={size} cur={size} app={size} mCurrentRotation=ROTATION_0"


def activity(phone: Handset, words: list[str]) -> Iterator[str]:
    """Which program is at the front, and which run."""
    one = phone.packages[phone.front]
    record = _record(one)
    if words[:1] == ["top"]:
        yield "TASK 12: type=standard"
        yield f"  ACTIVITY {one.component} c3 pid={phone.running.get(one.name, 0)}"
        return
    yield "ACTIVITY MANAGER ACTIVITIES (dumpsys activity activities)"
    yield f"    mResumedActivity: {record}"
    yield f"  ResumedActivity: {record}"
    yield f"  mFocusedActivity: {record}"
    yield "ACTIVITY MANAGER RUNNING PROCESSES (dumpsys activity processes)"
    for name, number in phone.running.items():
        if name in phone.packages:
            uid = phone.packages[name].uid
            yield f"  *APP* UID {uid} ProcessRecord{{{number:x} {number}:{name}/u0a{uid - 10_000}}}"


def power(phone: Handset, words: list[str]) -> Iterator[str]:
    """Whether it is awake."""
    del words
    yield "POWER MANAGER (dumpsys power)"
    yield f"  mWakefulness={'Awake' if phone.display.lit else 'Asleep'}"
    yield f"  mHoldingDisplaySuspendBlocker={str(phone.display.lit).lower()}"
    yield f"Display Power: state={'ON' if phone.display.lit else 'OFF'}"


def display(phone: Handset, words: list[str]) -> Iterator[str]:
    """Upright."""
    del words
    yield "DISPLAY MANAGER (dumpsys display)"
    yield f"  mViewports=[DisplayViewport{{valid=true, orientation=0, logicalFrame=Rect(0, 0 - {WIDTH}, {HEIGHT})}}]"
    yield f"  mState={'ON' if phone.display.lit else 'OFF'}"


def battery(phone: Handset, words: list[str]) -> Iterator[str]:
    """Full enough."""
    del phone, words
    yield "Current Battery Service state:"
    yield from (
        "  AC powered: false",
        "  USB powered: true",
        "  status: 2",
        "  health: 2",
        "  present: true",
        "  level: 87",
        "  scale: 100",
    )


def input_method(phone: Handset, words: list[str]) -> Iterator[str]:
    """Whether the keyboard is shown."""
    del words
    yield f"  mInputShown={str(phone.display.typing).lower()}"
    yield f"  mCurMethodId={phone.settings['secure']['default_input_method']}"


def account(phone: Handset, words: list[str]) -> Iterator[str]:
    """Who is signed in."""
    del words
    signed = phone.identities.account
    yield "User UserInfo{0:Owner:13}:"
    yield f"  Accounts: {int(bool(signed))}"
    if signed:
        yield f"    Account {{name={signed}, type=com.mirage}}"


SERVICES: dict[str, Callable[[Handset, list[str]], Iterator[str]]] = {
    "package": package,
    "window": window,
    "activity": activity,
    "power": power,
    "display": display,
    "battery": battery,
    "input_method": input_method,
    "account": account,
}


def run(call: Call) -> int:
    """One service."""
    if call.arguments[:1] == ["-l"] or not call.arguments:
        return call.say("Currently running services:", *(f"  {name}" for name in sorted(SERVICES)))
    service = SERVICES.get(call.arguments[0])
    if service is None:
        return call.fail(f"Can't find service: {call.arguments[0]}", code=0)
    return call.say(*service(call.phone, call.arguments[1:]))


COMMANDS = (Command(name="dumpsys", run=run, usage=tuple(f"dumpsys {name}" for name in SERVICES)),)
