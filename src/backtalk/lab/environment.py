"""mitmproxy in a locked environment of its own: where it is, and how it is made.

It lives in `$XDG_DATA_HOME/backtalk/mitmproxy-11.0.2` (by default under
`~/.local/share`), is made from the hash-locked lists in `lab/locks/`, and is reached
through files, sockets and its own programs, never imported. `BACKTALK_MITMDUMP` names
another mitmdump to use instead.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from backtalk.errors import EnvironmentNotReady

MITMPROXY = "mitmproxy-11.0.2"
OVERRIDE = "BACKTALK_MITMDUMP"

_LOCKS = ("mitmproxy-build.txt", f"{MITMPROXY}.txt")
_STAMP = "lock.sha256"
_REMEDY = "`backtalk doctor` makes it."


def place() -> Path:
    """The folder of mitmproxy's environment, there or not."""
    data = os.environ.get("XDG_DATA_HOME", "")
    # The XDG specification has relative values ignored.
    root = Path(data) if data.startswith("/") else Path.home() / ".local" / "share"
    return root / "backtalk" / MITMPROXY


def mitmdump() -> Path:
    """The mitmdump to use. EnvironmentNotReady, with the remedy, if there is none."""
    if override := os.environ.get(OVERRIDE, ""):
        program = Path(override)
        if not os.access(program, os.X_OK):
            raise EnvironmentNotReady(
                f"{OVERRIDE} names {override}, which cannot be run.", remedy="Correct it or leave it unset."
            )
        return program
    if not _made(place()):
        raise EnvironmentNotReady(f"mitmproxy's own environment is not at {place()}.", remedy=_REMEDY)
    return place() / "bin" / "mitmdump"


def mitmproxy_python() -> Path:
    """The Python that can import mitmproxy, beside its mitmdump. EnvironmentNotReady if there is none."""
    python = mitmdump().parent / "python3"
    if not os.access(python, os.X_OK):
        raise EnvironmentNotReady(
            f"there is no python3 beside {mitmdump()}.", remedy=f"Unset {OVERRIDE}, then run `backtalk doctor`."
        )
    return python


def make(say: Callable[[str], None]) -> Path:
    """Make mitmproxy's environment unless it was made from these very locks; returns its folder.

    Downloads from the package index that pip is set up with; `say` is told first. Two
    processes at once make it once. EnvironmentNotReady, with pip's last line, if it cannot be made.
    """
    folder = place()
    if _made(folder):
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with (folder.parent / f"{MITMPROXY}.lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            if not _made(folder):
                say(f"making mitmproxy's own environment in {folder}")
                shutil.rmtree(folder, ignore_errors=True)
                _build(folder)
                (folder / _STAMP).write_text(_stamp(), encoding="ascii")
    except OSError as error:
        raise EnvironmentNotReady(
            f"mitmproxy's environment cannot be made at {folder}: {error.strerror}.",
            remedy="Set XDG_DATA_HOME to a folder that can be written.",
        ) from error
    return folder


def _build(folder: Path) -> None:
    python = folder / "bin" / "python3"
    _run(sys.executable, "-P", "-m", "venv", str(folder))
    for lock in _LOCKS:
        # Without build isolation, pip builds with the locked setuptools and fetches no other.
        _run(
            *(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"),
            *("--no-deps", "--use-pep517", "--no-build-isolation", "-r", str(files(__package__) / "locks" / lock)),
        )


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or f"exit {done.returncode}").splitlines()[-1]
        raise EnvironmentNotReady(
            f"mitmproxy's environment could not be made: {last}",
            remedy="Check that python3-venv is installed and that pip reaches its index, then `backtalk doctor`.",
        )


def _made(folder: Path) -> bool:
    stamp = folder / _STAMP
    # A symlink to a Python that has since been removed makes the whole environment useless.
    return (folder / "bin" / "python3").exists() and stamp.is_file() and stamp.read_text(encoding="ascii") == _stamp()


def _stamp() -> str:
    locks = b"".join((files(__package__) / "locks" / lock).read_bytes() for lock in _LOCKS)
    return hashlib.sha256(locks).hexdigest()
