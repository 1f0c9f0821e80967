"""Captures that were packed with gzip as a whole, as for sending: unpacked on disk, in bounded room."""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from backtalk.ingest.reader import HEAD

MAGIC = b"\x1f\x8b\x08"
CHUNK = 1 << 20
LEAST, TIMES = 1 << 30, 100
"""Bytes that may come out, and so many times the packed size: the larger of the two is the limit."""


def inflate(inflater: zlib._Decompress, data: bytes, most: int) -> tuple[bytes, str]:
    """At most so many bytes of what comes out, up to the fault if there is one, and what that is."""
    before = inflater.copy()
    try:
        return inflater.decompress(data, most), ""
    except zlib.error as error:
        return _before_the_fault(before, data, most), f"gzip: {error}"


def _before_the_fault(inflater: zlib._Decompress, data: bytes, most: int) -> bytes:
    """What comes out before the fault that stands in the data: in steps that are halved where one runs into it."""
    out, step = bytearray(), most
    while step and len(out) < most:
        before = inflater.copy()
        try:
            some = inflater.decompress(data, min(step, most - len(out)))
        except zlib.error:
            inflater, step = before, step // 2
            continue
        if not some:
            break
        out += some
        data = inflater.unconsumed_tail
    return bytes(out)


def beginning(head: bytes) -> bytes:
    """What comes out of the first bytes; empty if they are no gzip."""
    if not head.startswith(MAGIC):
        return b""
    inflater, out = zlib.decompressobj(31), b""
    try:
        while head and len(out) < HEAD:
            out += inflater.decompress(head, 1 << 10)
            head = inflater.unconsumed_tail
    except zlib.error:
        pass  # what stands before the fault is enough to tell what it is
    return out


@contextmanager
def unpacked(path: Path) -> Iterator[tuple[Path, str]]:
    """A file with what the gzip holds, and what is wrong with its end; it is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="backtalk-") as folder:
        out = Path(folder) / "capture"
        with path.open("rb") as packed, out.open("wb") as into:
            fault = _unpack(packed, into, max(LEAST, TIMES * path.stat().st_size))
        yield out, fault


def _unpack(packed: BinaryIO, into: BinaryIO, most: int) -> str:
    written = 0
    inflater = zlib.decompressobj(31)
    data = b""
    while data or (data := packed.read(CHUNK)):
        if inflater.eof:
            inflater = zlib.decompressobj(31)
            data = data.lstrip(b"\0")  # some writers pad
            continue
        undone, fault = inflate(inflater, data, CHUNK)
        written += into.write(undone)
        if fault:
            return fault
        data = inflater.unconsumed_tail or inflater.unused_data
        if written > most:
            return f"gzip: more than {most} bytes come out"
    return "" if inflater.eof or not written else "half a gzip file"
