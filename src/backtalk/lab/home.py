"""The home folder of a new profile: the lab's trust, the condition's switches, nothing else."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from backtalk.errors import LabFailed
from backtalk.lab.namespaces import VISITOR, VISITOR_HOME, VISITOR_NAME, SubjectSpace, can_become, cover
from backtalk.lab.subjects import Setting, Subject
from backtalk.model.plan import Suggestions

COVERED = {
    "/tmp": "1777",  # noqa: S108 -- the name of the folder to hide
    "/var/tmp": "1777",  # noqa: S108
    "/dev/shm": "1777",  # noqa: S108
    "/run": "0755",
    "/root": "0700",
    "/mnt": "0755",
    "/media": "0755",
    "/srv": "0755",
}
"""Folders of the machine that a subject must not see, with the mode of the empty one it gets."""


def ordinary_names(keep: Path, resolver: str) -> None:
    """Cover the machine's own users, hosts and resolver by ordinary ones; `keep` holds the substitutes."""
    users = Path("/etc/passwd").read_text(encoding="utf-8")
    groups = Path("/etc/group").read_text(encoding="utf-8")
    cover(Path("/etc/passwd"), f"{users}{VISITOR_NAME}:x:{VISITOR}:{VISITOR}::{VISITOR_HOME}:/bin/sh\n", keep)
    cover(Path("/etc/group"), f"{groups}{VISITOR_NAME}:x:{VISITOR}:\n", keep)
    cover(Path("/etc/resolv.conf").resolve(), f"nameserver {resolver}\n", keep)
    cover(Path("/etc/hosts"), "127.0.0.1 localhost\n127.0.1.1 desktop\n", keep)


def move_in(space: SubjectSpace, home: Path) -> None:
    """Give the subject its home folder, and hide the machine's own folders and sockets from it."""
    covered = [folder for folder in COVERED if Path(folder).is_dir()]
    steps = [
        "mount -t tmpfs -o mode=0755 tmpfs /home",
        f"mkdir {VISITOR_HOME}",
        f"mount --bind {home} {VISITOR_HOME}",
        *(f"mount -t tmpfs -o mode={COVERED[folder]},nosuid,nodev tmpfs {folder}" for folder in covered),
    ]
    done = subprocess.run(
        space.inside(("sh", "-ec", "\n".join(steps)), spaces=("mount",)), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise LabFailed(
            f"the subject could not be shut in: {done.stderr.strip()}.",
            means="Nothing was recorded.",
            remedy="`backtalk doctor` says what the lab needs.",
        )


def make_home(home: Path, subject: Subject, suggestions: Suggestions, authority: Path, keep: Path) -> tuple[str, ...]:
    """Fill the new home folder; returns the switches that were changed, as text."""
    _trust(home / subject.trust, authority)
    settings = {"packaged": (), "on": subject.suggestions_on, "off": subject.suggestions_off}[suggestions]
    for setting in settings:
        _switch(home, setting, keep)
    if can_become(VISITOR):
        for path in (home, *home.rglob("*")):
            os.chown(path, VISITOR, VISITOR)
    return tuple(str(setting) for setting in settings)


def configuration_files(subject: Subject) -> dict[str, str]:
    """The policies and packager preferences in force, by path. Unreadable text is shown escaped."""
    found = {path for pattern in subject.files for path in Path("/").glob(pattern.lstrip("/")) if path.is_file()}
    return {str(path): path.read_text(encoding="utf-8", errors="backslashreplace") for path in sorted(found)}


def _trust(database: Path, authority: Path) -> None:
    database.mkdir(parents=True, exist_ok=True)
    for words in (("-N", "--empty-password"), ("-A", "-n", "Backtalk lab", "-t", "C,,", "-i", str(authority))):
        done = subprocess.run(
            ("certutil", "-d", f"sql:{database}", *words), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise LabFailed(
                f"the subject could not be made to trust the lab: certutil said {done.stderr.strip()!r}.",
                means="Nothing was recorded.",
                remedy="`backtalk doctor` checks certutil.",
            )


def _switch(home: Path, setting: Setting, keep: Path) -> None:
    if setting.form == "user.js":
        file = home / setting.file
        with file.open("a", encoding="utf-8") as script:
            script.write(f'user_pref("{setting.key}", {json.dumps(setting.value)});\n')
        return
    target = Path(setting.file)
    document = json.loads(target.read_text(encoding="utf-8")) if target.exists() else {}
    place = document
    *parents, last = setting.key.split(".")
    for name in parents:
        place = place.setdefault(name, {})
    place[last] = setting.value
    cover(target, json.dumps(document, indent=2) + "\n", keep)
