"""Processes in namespaces that vanish with them, so that nothing can be left behind.

A *room* is a PID, mount, network, IPC and UTS namespace whose first process dies with
the process that made it. The *subject* is a second PID, mount and network namespace
inside the room. No namespace is ever given a name, so the kernel takes everything back
(processes, mounts, interfaces, X displays) when the first process ends.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from backtalk.errors import LabFailed

VISITOR = 61234
"""User and group of the subjects: one that no system package uses."""

VISITOR_NAME = "visitor"
VISITOR_HOME = Path("/home/visitor")

_DIE_WITH_PARENT = ("setpriv", "--pdeathsig", "KILL", "--")


def privileged() -> bool:
    """Whether this process is root of the machine or of a user namespace."""
    return os.geteuid() == 0


def in_room(command: Sequence[str]) -> list[str]:
    """The command line that runs `command` as the first process of a new room.

    Root makes the namespaces directly; anybody else becomes root of a new user namespace.
    """
    owner = () if privileged() else ("--user", "--map-root-user")
    return [
        *_DIE_WITH_PARENT,
        *("unshare", *owner, "--pid", "--fork", "--kill-child=KILL", "--mount-proc"),
        *("--mount", "--net", "--ipc", "--uts", "--propagation", "private", "--"),
        *command,
    ]


def mount(source: str, target: Path, *options: str) -> None:
    """Mount in this mount namespace. LabFailed if the kernel refuses."""
    _run("mount", *options, source, str(target))


def empty(target: Path, mode: str = "0755") -> None:
    """Cover a folder by an empty one of this namespace's own."""
    mount("tmpfs", target, "-t", "tmpfs", "-o", f"mode={mode},nosuid,nodev")


def cover(target: Path, content: str, keep: Path) -> None:
    """Cover a file by one with the content given; `keep` is a folder for the substitute."""
    substitute = keep / str(target).strip("/").replace("/", "-")
    substitute.write_text(content, encoding="utf-8")
    substitute.chmod(0o644)
    mount(str(substitute), target, "--bind")


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LabFailed(
            f"the lab could not be sealed: `{' '.join(command)}` said {done.stderr.strip() or done.returncode}.",
            means="Nothing was recorded.",
            remedy="`backtalk doctor` says what the lab needs.",
        )


class SubjectSpace:
    """The namespaces that a subject lives in, entered afresh by every program started there."""

    def __init__(self) -> None:
        command = (
            *_DIE_WITH_PARENT,
            *("unshare", "--pid", "--fork", "--kill-child=KILL", "--mount", "--net", "--propagation", "private"),
            *("--mount-proc", "--", "sleep", "infinity"),
        )
        self._maker = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        self.pid = self._first_process()

    def _first_process(self) -> int:
        """The PID, as seen from the room, of the subject's first process once it runs `sleep`."""
        children = Path(f"/proc/{self._maker.pid}/task/{self._maker.pid}/children")
        for _ in range(1_000):
            if self._maker.poll() is not None:
                break
            pids = children.read_text(encoding="ascii").split() if children.exists() else []
            if pids and Path(f"/proc/{pids[0]}/comm").read_text(encoding="utf-8").strip() == "sleep":
                return int(pids[0])
            time.sleep(0.001)  # the kernel tells nobody that a child has called exec
        raise LabFailed(
            "the subject's namespaces could not be made.",
            means="Nothing was recorded.",
            remedy="`backtalk doctor` says what the lab needs.",
        )

    def inside(self, command: Sequence[str], *, spaces: Sequence[str] = ("mount", "net", "pid")) -> list[str]:
        """The command line that runs `command` in the subject's namespaces, as root of the room."""
        return ["nsenter", "--target", str(self.pid), *(f"--{space}" for space in spaces), "--", *command]

    def as_visitor(self, command: Sequence[str], environment: Mapping[str, str]) -> list[str]:
        """The command line that runs `command` as the unprivileged user in the subject."""
        become: tuple[str, ...] = ("setpriv", f"--reuid={VISITOR}", f"--regid={VISITOR}", "--clear-groups")
        if not can_become(VISITOR):
            become = ("unshare", "--user", f"--map-user={VISITOR}", f"--map-group={VISITOR}")
        variables = [f"{name}={value}" for name, value in sorted(environment.items())]
        return self.inside([*become, "--", "env", "-i", "-C", str(VISITOR_HOME), *variables, *command])

    def end(self) -> None:
        """End every process in the subject's namespaces, and with them the namespaces."""
        self._maker.kill()
        self._maker.wait(timeout=10)


def can_become(uid: int) -> bool:
    """Whether this user namespace maps `uid`, so that a process can take it."""
    for line in Path("/proc/self/uid_map").read_text(encoding="ascii").splitlines():
        inside, _, count = (int(word) for word in line.split())
        if inside <= uid < inside + count:
            return True
    return False
