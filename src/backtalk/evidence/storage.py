"""Writing so that a kill or a full disk loses nothing that was written before."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import Struct

from backtalk.errors import StorageFailed


class FileHash(Struct, frozen=True):
    """What a file held: SHA-256 as lower-case hex, and its size in bytes."""

    sha256: str
    size: int


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what the operating system says about a failed write into StorageFailed."""
    try:
        yield
    except OSError as failure:
        raise StorageFailed(
            f"{path} cannot be written: {failure.strerror or failure}.",
            means="Everything recorded before is kept; what was being recorded is incomplete.",
            remedy="Make room or give write access, then go on with `backtalk run --resume`.",
        ) from failure


def put_whole(fd: int, data: bytes, start: int) -> None:
    """Write all of `data` at offset `start` and fsync; on failure the file ends at `start`. OSError."""
    try:
        done = 0
        while done < len(data):
            done += os.pwrite(fd, data[done:], start + done)
        os.fsync(fd)
    except OSError:
        # Half a record would swallow the next one written.
        with suppress(OSError):
            os.ftruncate(fd, start)
        raise


def append_whole(path: Path, data: bytes) -> None:
    """Add `data` to the end of a file, fsynced, wholly or not at all; safe between processes. StorageFailed."""
    with writing(path):
        created = not path.exists()
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            put_whole(fd, data, os.lseek(fd, 0, os.SEEK_END))
        finally:
            os.close(fd)
        if created:
            sync_folder(path.parent)


@contextmanager
def staged(staging: Path) -> Iterator[tuple[int, Path]]:
    """A new file (descriptor, path) in `staging` to be filled and moved into place; removed if it was not moved."""
    staging.mkdir(parents=True, exist_ok=True)
    fd, name = tempfile.mkstemp(prefix=".staged-", dir=staging)
    try:
        os.fchmod(fd, 0o644)
        yield fd, Path(name)
    finally:
        os.close(fd)
        with suppress(FileNotFoundError):
            Path(name).unlink()


def replace_file(target: Path, data: bytes, staging: Path) -> None:
    """Put a file in place so that at every moment either the old or the new one is whole. StorageFailed."""
    with writing(target), staged(staging) as (fd, path):
        put_whole(fd, data, 0)
        path.replace(target)
        sync_folder(target.parent)


def sync_folder(path: Path) -> None:
    """Make the names in a folder last. OSError."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def hash_file(path: Path, *, sync: bool = False) -> FileHash:
    """Hash a regular file, never through a symlink; `sync` makes its bytes last first. OSError."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as stream:
        if sync:
            os.fsync(stream.fileno())
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return FileHash(digest, stream.tell())


def hash_bytes(data: bytes) -> FileHash:
    """The hash and size that a file with these bytes has."""
    return FileHash(hashlib.sha256(data).hexdigest(), len(data))
