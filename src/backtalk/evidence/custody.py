"""Adding to custody.jsonl: one write a line, under a lock, so that two labs can share a case."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from backtalk.errors import IntegrityFailure
from backtalk.evidence.chain import START, Chain, Entry, Payload, read_chain
from backtalk.evidence.storage import put_whole, replace_file, writing

NAME = "custody.jsonl"
_WRITE_REFUSED = {errno.EROFS, errno.EACCES, errno.EPERM}


class Extension:
    """The chain while this process alone may add to it."""

    def __init__(self, fd: int, path: Path, version: str) -> None:
        self._fd, self._path, self._version = fd, path, version
        self.chain = _read(fd)

    def append(self, action: str, payload: Payload) -> Entry:
        """Add one entry, on disk when this returns. IntegrityFailure if the chain is damaged; StorageFailed."""
        if self.chain.torn:
            raise IntegrityFailure(
                f"{NAME} ends in half a line: a run was killed while it wrote.",
                means="Nothing can be added until that is recorded.",
                remedy="Go on with `backtalk run --resume`, which records it.",
            )
        return self._put(action, payload)

    def repair(self) -> None:
        """Put an entry that holds the torn bytes in their place: nothing is dropped unsaid."""
        if self.chain.torn:
            # The entry is longer than what it replaces, so one write does it and no moment loses the torn bytes.
            self._put("repair", Payload(about=NAME, note="a half-written last line", torn=self.chain.torn.hex()))

    def _put(self, action: str, payload: Payload) -> Entry:
        if self.chain.faults:
            raise IntegrityFailure(
                f"{NAME} {self.chain.faults[0]}.",
                means="The case cannot be added to: its custody is broken.",
                remedy="See `backtalk verify`; work on from an untouched copy.",
            )
        entry = _next(self.chain, action, payload, self._version)
        line = entry.line()
        with writing(self._path):
            put_whole(self._fd, line, self.chain.size)
        self.chain = Chain(entries=(*self.chain.entries, entry), faults=(), torn=b"", size=self.chain.size + len(line))
        return entry


class Custody:
    """The chain of one case."""

    def __init__(self, case: Path, version: str) -> None:
        self.path = case / NAME
        self.version = version

    def start(self, staging: Path) -> None:
        """Write the first line; the file never exists without it. StorageFailed."""
        empty = Chain(entries=(), faults=(), torn=b"", size=0)
        replace_file(self.path, _next(empty, "create", Payload(), self.version).line(), staging)

    def read(self) -> Chain:
        """The chain as it stands, never in the middle of another process's write. IntegrityFailure."""
        with self._open(os.O_RDONLY) as fd:
            fcntl.flock(fd, fcntl.LOCK_SH)
            return _read(fd)

    @contextmanager
    def extending(self) -> Iterator[Extension]:
        """Lock the chain, read it again, and let it be added to. IntegrityFailure, StorageFailed."""
        with self._open(os.O_RDWR) as fd:
            fcntl.flock(fd, fcntl.LOCK_EX)
            yield Extension(fd, self.path, self.version)

    @contextmanager
    def _open(self, flags: int) -> Iterator[int]:
        try:
            fd = os.open(self.path, flags | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError as failure:
            if failure.errno in _WRITE_REFUSED and flags & os.O_RDWR:
                with writing(self.path):
                    raise
            raise IntegrityFailure(
                f"{NAME} cannot be opened: {failure.strerror}.",
                means="Without its custody chain nothing in the case can be relied on.",
                remedy="Restore it from a copy of the case.",
            ) from failure
        try:
            yield fd
        finally:
            os.close(fd)


def _read(fd: int) -> Chain:
    return read_chain(os.pread(fd, os.fstat(fd).st_size, 0))


def _next(chain: Chain, action: str, payload: Payload, version: str) -> Entry:
    return Entry(
        seq=len(chain.entries),
        prev=chain.head if chain.entries else START,
        action=action,
        version=version,
        when=datetime.now(UTC).isoformat(timespec="microseconds"),
        payload=payload,
    ).sealed()
