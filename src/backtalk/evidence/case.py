"""The case folder: what is added is hashed into custody, and never changed afterwards."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from backtalk import __version__
from backtalk.errors import IntegrityFailure, UsageError
from backtalk.evidence.chain import Chain, Payload
from backtalk.evidence.custody import NAME, Custody
from backtalk.evidence.folder import SESSION, SessionFolder
from backtalk.evidence.imports import stage_import
from backtalk.evidence.inventory import DISPOSABLE, take_inventory
from backtalk.evidence.ledger import Ledger, Standing, replay
from backtalk.evidence.repair import repair
from backtalk.evidence.storage import FileHash, hash_bytes, hash_file, replace_file, sync_folder, writing
from backtalk.model.session import Session

SESSION_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")

KEYS = "keys"
"""The folder of what opens ciphertexts."""

PLAN_NAME = re.compile(r"[0-9a-f]{64}\.toml")


class Case:
    """One investigation on disk. Reads the chain anew each time: other processes may be adding to it."""

    def __init__(self, path: Path, version: str = __version__) -> None:
        """For `create` and `open`."""
        self.path = path
        self.custody = Custody(path, version)
        self._staging = path / "derived"

    @classmethod
    def create(cls, path: Path, plan_toml: bytes, version: str = __version__) -> Case:
        """Make a case, or open the one that is there, with this plan as its newest. UsageError, StorageFailed."""
        case = cls(path, version)
        if not _is_case(path):
            if path.exists() and (not path.is_dir() or any(entry.name != "derived" for entry in path.iterdir())):
                raise UsageError(
                    f"{path} is not empty and is no case.",
                    means="Nothing was written there.",
                    remedy="Name a new or an empty folder.",
                )
            with writing(path):
                path.mkdir(parents=True, exist_ok=True)
            case.custody.start(case._staging)
        case.add_plan(plan_toml)
        return case

    @classmethod
    def open(cls, path: Path, *, resume: bool = False) -> Case:
        """The case at `path`; `resume` records in custody what a kill left half done. UsageError, StorageFailed.

        With `resume`, UsageError also if a run is recording into it.
        """
        if not _is_case(path):
            raise UsageError(f"{path} is no case.", remedy="Make one with `backtalk new` or `backtalk demo`.")
        case = cls(path)
        if resume:
            with case.alone(), case.custody.extending() as chain:
                repair(path, chain)
        return case

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep every other process from recording into the case. UsageError if one already does; StorageFailed.

        It would take the sessions that the other records for ones that a kill left open.
        """
        with writing(self.path):
            fd = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            with writing(self.path):
                taken = not _lock(fd)
            if taken:
                raise UsageError(
                    f"another run is recording into {self.path}.",
                    means="It was left alone.",
                    remedy="Wait until it has ended, or end it with Ctrl-C, then `backtalk run --resume`.",
                )
            yield
        finally:
            os.close(fd)

    @property
    def head(self) -> str:
        """The hash that stands for the whole custody chain. IntegrityFailure."""
        return self._chain().head

    @property
    def plan_hash(self) -> str:
        """SHA-256 of the newest plan. IntegrityFailure if there is none."""
        plans = self._ledger().plans
        if not plans:
            raise IntegrityFailure(
                "The case has no plan.", remedy="Make the case again, in the same folder, with its plan."
            )
        return plans[-1]

    def plan_bytes(self, plan_hash: str = "") -> bytes:
        """The newest plan, or the one with this hash, checked against it. IntegrityFailure."""
        wanted = plan_hash or self.plan_hash
        relative = f"plans/{wanted}.toml"
        try:
            data = (self.path / relative).read_bytes()
        except OSError as failure:
            raise IntegrityFailure(f"{relative} cannot be read: {failure.strerror}.") from failure
        if hash_bytes(data).sha256 != wanted:
            raise IntegrityFailure(f"{relative} is not the plan that was hashed into custody.")
        return data

    def add_plan(self, plan_toml: bytes) -> str:
        """Make this the newest plan, in custody before it can be used; gives its SHA-256. StorageFailed."""
        hashed = hash_bytes(plan_toml)
        relative = f"plans/{hashed.sha256}.toml"
        with self.custody.extending() as chain:
            if replay(chain.chain.entries).plans[-1:] != [hashed.sha256]:
                self._folder("plans")
                replace_file(self.path / relative, plan_toml, self._staging)
                chain.append("add-plan", Payload(about=relative, files={relative: hashed}))
        return hashed.sha256

    def add_import(self, source: Path) -> str:
        """Copy a capture made elsewhere in, untouched; gives its path in the case. UsageError, StorageFailed."""
        with stage_import(source, self._staging) as (copy, hashed), self.custody.extending() as chain:
            known = replay(chain.chain.entries).files
            folder = f"imports/{hashed.sha256}"
            there = sorted(path for path in known if path.startswith(f"{folder}/"))
            if there:
                return there[0]
            relative = f"{folder}/{source.name}"
            self._folder("imports")
            self._folder(folder)
            with writing(self.path / relative):
                copy.replace(self.path / relative)
                sync_folder(self.path / folder)
            chain.append("add-import", Payload(about=relative, files={relative: hashed}))
            return relative

    def add_keys(self, written: bytes, name: str) -> str:
        """Keep a file of keys called so, in custody before it is used; gives its path in the case. StorageFailed."""
        hashed = hash_bytes(written)
        relative = f"{KEYS}/{hashed.sha256}.keys"
        with self.custody.extending() as chain:
            if relative not in replay(chain.chain.entries).files:
                self._folder(KEYS)
                replace_file(self.path / relative, written, self._staging)
                chain.append("add-keys", Payload(about=relative, files={relative: hashed}, note=name))
        return relative

    def key_files(self) -> tuple[tuple[str, bytes], ...]:
        """What each file of keys was called, and its bytes, in the order in which they came. IntegrityFailure."""
        return tuple(
            (entry.payload.note, self._whole(relative, hashed))
            for entry in self._chain().entries
            if entry.action == "add-keys"
            for relative, hashed in entry.payload.files.items()
        )

    def _whole(self, relative: str, hashed: FileHash) -> bytes:
        try:
            data = (self.path / relative).read_bytes()
        except OSError as failure:
            raise IntegrityFailure(f"{relative} cannot be read: {failure.strerror}.") from failure
        if hash_bytes(data) != hashed:
            raise IntegrityFailure(f"{relative} is not what was hashed into custody.")
        return data

    def begin_session(self, session: Session) -> SessionFolder:
        """Make the session's folder, in custody from before anything is recorded. UsageError, StorageFailed."""
        if not SESSION_ID.fullmatch(session.id) or session.attempt < 1:
            raise UsageError(f"{session.id!r} cannot name a session.", remedy="Use letters, digits, '.', '_' and '-'.")
        relative = f"sessions/{session.id}" + (f"~{session.attempt}" if session.attempt > 1 else "")
        data = msgspec.json.encode(msgspec.structs.replace(session, state="recording"))
        with self.custody.extending() as chain:
            ledger = replay(chain.chain.entries)
            if session.plan not in ledger.plans:
                raise UsageError(f"The plan of session {session.id} is not in custody.", remedy="Add it to the case.")
            if ledger.sessions.get(relative, "void") != "void":
                raise UsageError(f"{relative} has been begun before.", remedy="Count the attempt up.")
            note = f"{SESSION} at the beginning: sha256 {hash_bytes(data).sha256}"
            chain.append("begin-session", Payload(about=relative, note=note))
            self._folder("sessions")
            self._folder(relative)
            replace_file(self.path / relative / SESSION, data, self._staging)
        return SessionFolder(self.path / relative, relative)

    def seal_session(self, folder: SessionFolder, session: Session) -> None:
        """Write session.json as given and hash every file of the folder into one custody line.

        IntegrityFailure if something in the folder is no regular file, UsageError if the
        session is not under way, StorageFailed. ValueError for the state `recording`.
        """
        if session.state == "recording":
            raise ValueError("a session is not sealed while it is recording")
        if self._ledger().sessions.get(folder.relative) != "begun":
            raise UsageError(f"{folder.relative} is not under way.", remedy="Begin it first; seal it once.")
        replace_file(folder.path / SESSION, msgspec.json.encode(session), self._staging)
        inventory = take_inventory(self.path, folder.relative)
        if inventory.others:
            path, what = min(inventory.others.items())
            raise IntegrityFailure(
                f"{path} {what}.",
                means="The session cannot be sealed with it.",
                remedy="Remove it, then go on with `backtalk run --resume`.",
            )
        with writing(folder.path):
            files = {path: hash_file(self.path / path, sync=True) for path in sorted(inventory.files)}
            for inside in sorted({(self.path / path).parent for path in files}):
                sync_folder(inside)
        with self.custody.extending() as chain:
            chain.append("seal-session", Payload(about=folder.relative, files=files, note=session.state))

    def skip_subject(self, subject: str, reason: str) -> None:
        """Put into custody that a subject of the plan was not investigated, and why. StorageFailed."""
        with self.custody.extending() as chain:
            if replay(chain.chain.entries).skipped.get(subject) != reason:
                chain.append("skip-subject", Payload(about=subject, note=reason))

    def skipped(self) -> dict[str, str]:
        """The subjects that were not investigated, with the reason given last. IntegrityFailure."""
        return self._ledger().skipped

    def write_derived(self, name: str, data: bytes) -> Path:
        """Put a file into derived/, which is no evidence, whole or not at all. StorageFailed."""
        target = self.path / "derived" / name
        with writing(target):
            target.parent.mkdir(exist_ok=True)
        replace_file(target, data, self._staging)
        return target

    def holds(self, path: Path) -> bool:
        """Whether what stands at `path` counts as evidence of the case: all in it that is not disposable."""
        inside = path.resolve()
        root = self.path.resolve()
        return inside == root or (root in inside.parents and inside.relative_to(root).parts[0] not in DISPOSABLE)

    def interrupted(self) -> tuple[SessionFolder, ...]:
        """Sessions begun and never sealed: a kill, or still recording."""
        return self._sessions({"begun"})

    def sessions(self) -> tuple[SessionFolder, ...]:
        """Every session ever begun, by id and attempt."""
        return self._sessions({"begun", "sealed"})

    def _sessions(self, wanted: set[Standing]) -> tuple[SessionFolder, ...]:
        folders = (
            SessionFolder(self.path / relative, relative, sealed=standing == "sealed")
            for relative, standing in self._ledger().sessions.items()
            # A kill right after the line leaves nothing to tell of; `open(resume=True)` makes it void.
            if standing in wanted and (standing == "sealed" or _holds_something(self.path / relative))
        )
        return tuple(sorted(folders, key=lambda folder: (folder.id, folder.attempt)))

    def _chain(self) -> Chain:
        """The chain, of which a half-written last line may be torn off but nothing else may be wrong."""
        chain = self.custody.read()
        if chain.faults:
            raise IntegrityFailure(f"{NAME} {chain.faults[0]}.", remedy="Run `backtalk verify` on the case.")
        return chain

    def _ledger(self) -> Ledger:
        return replay(self._chain().entries)

    def _folder(self, relative: str) -> None:
        path = self.path / relative
        with writing(path):
            path.mkdir(exist_ok=True)
            sync_folder(path.parent)


def _lock(fd: int) -> bool:
    """Take the lock, which goes with the process; False if another has it. OSError."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_case(path: Path) -> bool:
    """A case whose chain was removed is still a case: a broken one."""
    return (path / NAME).is_file() or any(PLAN_NAME.fullmatch(plan.name) for plan in path.glob("plans/*.toml"))


def _holds_something(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())
