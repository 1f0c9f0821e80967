"""What the lab needs of this machine, what of it is there, and how to get the rest."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Literal

from msgspec import Struct

from backtalk.errors import EnvironmentNotReady
from backtalk.lab.environment import MITMPROXY, OVERRIDE, make, mitmdump, mitmproxy_python
from backtalk.lab.subjects import SUBJECTS

__all__ = ["OVERRIDE", "Check", "Diagnosis", "examine", "make", "mitmdump", "mitmproxy_python"]

PROGRAMS = {
    "Xvfb": "xvfb",
    "certutil": "libnss3-tools",
    "dumpcap": "wireshark-common",
    "import": "imagemagick",
    "nft": "nftables",
    "openbox": "openbox",
    "setpriv": "util-linux",
    "unshare": "util-linux",
    "xclip": "xclip",
    "xdotool": "xdotool",
    "xprop": "x11-utils",
}
"""Each program the lab starts, with the Debian package that brings it."""

_SEAL = ("unshare", "--pid", "--fork", "--mount", "--net", "--ipc", "--uts", "--propagation", "private", "--mount-proc")
_ABILITIES = {
    "namespaces": ("true",),
    "veth pair": (
        sys.executable,
        "-c",
        "from pyroute2 import IPRoute; IPRoute().link('add', ifname='one', kind='veth', peer='two')",
    ),
    "packet filter": ("nft", "add table inet lab; add chain inet lab out { type filter hook output priority 0; }"),
}
"""What the kernel must allow inside new namespaces, each by the command that really does it."""


class Check(Struct, frozen=True, kw_only=True):
    """One thing looked for. `found` is where or what it is, or why it does not work."""

    name: str
    kind: Literal["program", "kernel", "environment", "subject"]
    ready: bool
    found: str
    remedy: str = ""


class Diagnosis(Struct, frozen=True, kw_only=True):
    """All checks. `ready` says that the lab can be built and has at least one subject."""

    v: int = 1
    ready: bool
    checks: tuple[Check, ...]
    install: str = ""
    """The line that installs every Debian package that is lacking."""


def examine() -> Diagnosis:
    """Look for all that the lab needs. Namespaces are really made, and end with the check."""
    subjects = tuple(_program(one.command[0], one.package, "subject") for one in SUBJECTS)
    needs = (
        *(_program(name, package, "program") for name, package in PROGRAMS.items()),
        *(_ability(name, command) for name, command in _ABILITIES.items()),
        _mitmproxy(),
    )
    packages = {PROGRAMS[one.name] for one in needs if one.kind == "program" and not one.ready}
    packages |= {one.package for one, check in zip(SUBJECTS, subjects, strict=True) if not check.ready}
    return Diagnosis(
        ready=all(check.ready for check in needs) and any(check.ready for check in subjects),
        checks=needs + subjects,
        install=_install(*sorted(packages)) if packages else "",
    )


def _install(*packages: str) -> str:
    return " ".join((*(() if os.geteuid() == 0 else ("sudo",)), "apt-get install --no-install-recommends", *packages))


def _program(name: str, package: str, kind: Literal["program", "subject"]) -> Check:
    path = shutil.which(name)
    return Check(
        name=name, kind=kind, ready=path is not None, found=path or "", remedy="" if path else _install(package)
    )


def _ability(name: str, command: tuple[str, ...]) -> Check:
    owner = () if os.geteuid() == 0 else ("--user", "--map-root-user")
    try:
        done = subprocess.run(
            (_SEAL[0], *owner, *_SEAL[1:], "--", *command), capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Check(name=name, kind="kernel", ready=False, found=str(error), remedy=_install("util-linux"))
    if done.returncode == 0:
        return Check(name=name, kind="kernel", ready=True, found="as root" if not owner else "in a user namespace")
    said = (done.stderr.strip() or f"exit {done.returncode}").splitlines()[-1]
    remedy = (
        "run as root, or allow user namespaces: sysctl kernel.unprivileged_userns_clone=1"
        if owner
        else ("use a machine or container that lets root make namespaces and network devices")
    )
    return Check(name=name, kind="kernel", ready=False, found=said, remedy=remedy)


def _mitmproxy() -> Check:
    name = os.environ.get(OVERRIDE, "") or MITMPROXY
    try:
        program = mitmdump()
        done = subprocess.run((program, "--version"), capture_output=True, text=True, timeout=60, check=False)
    except EnvironmentNotReady as lacking:
        return Check(name=name, kind="environment", ready=False, found=lacking.what, remedy=lacking.remedy)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Check(name=name, kind="environment", ready=False, found=str(error), remedy=_discard(program))
    if done.returncode:
        said = (done.stderr.strip() or f"exit {done.returncode}").splitlines()[-1]
        return Check(name=name, kind="environment", ready=False, found=said, remedy=_discard(program))
    return Check(name=name, kind="environment", ready=True, found=str(program))


def require_programs() -> None:
    """EnvironmentNotReady, with the line that installs them, if programs that the lab starts are lacking."""
    lacking = [name for name in PROGRAMS if shutil.which(name) is None]
    if lacking:
        raise EnvironmentNotReady(
            f"the lab lacks {', '.join(lacking)}.",
            means="Nothing was recorded.",
            remedy=f"Install: {_install(*sorted({PROGRAMS[name] for name in lacking}))}",
        )


def _discard(program: Path) -> str:
    """How to be rid of a mitmproxy that does not work: a folder of the user's own is not to be removed."""
    return f"unset {OVERRIDE}, or name another" if os.environ.get(OVERRIDE) else f"remove {program.parents[1]}"


def absent(driver: str) -> str:
    """Why the subject of this driver cannot be investigated here; empty if it can."""
    subject = next(one for one in SUBJECTS if one.id == driver)
    if shutil.which(subject.command[0]) is not None:
        return ""
    return f"{subject.name} is not installed ({_install(subject.package)})"
