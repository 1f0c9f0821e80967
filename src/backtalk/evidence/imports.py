"""Bringing in captures made elsewhere."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backtalk.errors import UsageError
from backtalk.evidence.storage import FileHash, staged, writing

CHUNK = 1 << 20


@contextmanager
def stage_import(source: Path, staging: Path) -> Iterator[tuple[Path, FileHash]]:
    """A lasting copy of `source` in `staging`, with its hash, to be moved into place. UsageError, StorageFailed."""
    try:
        stream = source.open("rb")
    except OSError as failure:
        raise UsageError(f"{source} cannot be read: {failure.strerror}.", remedy="Name a readable file.") from failure
    with stream, writing(staging), staged(staging) as (fd, copy):
        digest, size = hashlib.sha256(), 0
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            done = 0
            while done < len(chunk):
                done += os.write(fd, chunk[done:])
            size += len(chunk)
        os.fsync(fd)
        yield copy, FileHash(digest.hexdigest(), size)
