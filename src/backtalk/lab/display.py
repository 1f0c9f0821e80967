"""A virtual screen with a small window manager, and pictures of it."""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from backtalk.errors import LabFailed
from backtalk.lab.namespaces import SubjectSpace

SIZE = "1280x800x24"
PROGRAMS_HOME = "/root"
"""The home of the screen's programs: `home.move_in` has covered it by an empty folder."""

START_WITHIN = 30.0
"""Seconds after which the window manager counts as not having started."""


class Display:
    """Xvfb and openbox, with their sockets in the subject's own folders; they end with the room."""

    def __init__(self, space: SubjectSpace, log: Path) -> None:
        self._space = space
        self._log = log.open("ab")
        self._programs: dict[str, subprocess.Popen[bytes]] = {}
        read, write = os.pipe()
        self._start(
            "Xvfb", "-displayfd", str(write), "-screen", "0", SIZE, "-nolisten", "tcp", "-ac", "-noreset", pass_fd=write
        )
        os.close(write)
        with os.fdopen(read, "rb") as ready:
            number = ready.readline().strip().decode("ascii")  # ends empty if Xvfb dies
        if not number:
            raise _not_started("the virtual screen")
        self.name = f":{number}"
        self._start("openbox", "--sm-disable")
        limit = time.monotonic() + START_WITHIN
        while time.monotonic() < limit:
            if "window id" in self.run("xprop", "-root", "_NET_SUPPORTING_WM_CHECK").stdout:
                return
            time.sleep(0.01)  # openbox announces itself by that property alone
        raise _not_started("the window manager")

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to find the screen; no more than that."""
        name = {"DISPLAY": self.name} if hasattr(self, "name") else {}
        # Openbox writes into its home folder: this one is the room's own there, and vanishes with it.
        return {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "HOME": PROGRAMS_HOME} | name

    def check(self) -> None:
        """Raise LabFailed if the screen or its window manager has ended by itself."""
        for name, program in self._programs.items():
            if program.poll() is not None:
                raise LabFailed(
                    f"{name} ended by itself (status {program.returncode}).",
                    means="The subject had no screen to be used on.",
                )

    def run(self, *command: str, text: str | None = None, timeout: float = 30) -> subprocess.CompletedProcess[str]:
        """Run an X program against this screen to its end and give what it printed. LabFailed if it does not end."""
        try:
            return subprocess.run(
                self._space.inside(command, spaces=("mount",)),
                env=self.environment,
                input=text if text is not None else "",
                capture_output=True,
                text=True,
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired as failure:
            raise _unusable(command[0], f"it did not end within {timeout:g} s") from failure

    def hold(self, *command: str, text: str) -> None:
        """Run an X program that reads `text` and then stays in the background by itself. LabFailed if it does not."""
        try:
            subprocess.run(
                self._space.inside(command, spaces=("mount",)),
                env=self.environment,
                input=text.encode("utf-8"),
                stdout=self._log,  # a pipe would stay open for as long as the program stays
                stderr=self._log,
                timeout=10,
                check=True,
            )
        except subprocess.CalledProcessError as failure:
            raise _unusable(command[0], f"status {failure.returncode}") from failure
        except subprocess.TimeoutExpired as failure:
            raise _unusable(command[0], "it did not go to the background") from failure

    def screenshot(self, file: Path) -> bool:
        """Write the whole screen as PNG; tells whether that worked. A failed picture is left out, never faked."""
        with file.open("wb") as picture, suppress(subprocess.SubprocessError):
            subprocess.run(
                self._space.inside(("import", "-silent", "-window", "root", "png:-"), spaces=("mount",)),
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=picture,
                stderr=self._log,
                timeout=20,
                check=True,
            )
            return True
        file.unlink()
        return False

    def _start(self, *command: str, pass_fd: int | None = None) -> None:
        self._programs[command[0]] = subprocess.Popen(
            self._space.inside(command, spaces=("mount",)),
            env=self.environment,
            pass_fds=() if pass_fd is None else (pass_fd,),
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )


def _not_started(what: str) -> LabFailed:
    return LabFailed(
        f"{what} did not start.",
        means="Nothing was recorded of this session.",
        remedy="`backtalk doctor` checks the programs that the lab needs.",
    )


def _unusable(program: str, how: str) -> LabFailed:
    return LabFailed(
        f"the screen could not be used: {program} failed ({how}).",
        means="What the subject would have done is not recorded.",
        remedy="`backtalk doctor` checks the programs that the lab needs.",
    )
