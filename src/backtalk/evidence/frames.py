"""Record files: framed, checksummed, append-only, readable after a kill at any moment.

Eight magic bytes, then frames: u32 LE payload length, u32 LE CRC-32 of the payload, and
the payload, one msgpack map.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Literal
from zlib import crc32

import msgspec

from backtalk.errors import UsageError
from backtalk.evidence.records import Record
from backtalk.evidence.storage import put_whole, sync_folder, writing
from backtalk.model.capture import Gap

MAGIC = b"BTREC\x00\x01\n"
HEAD = struct.Struct("<II")
LONGEST = 1 << 30
"""No writer makes a frame this long: a greater length is damage, not a record."""

_DECODER: msgspec.msgpack.Decoder[Record] = msgspec.msgpack.Decoder(Record)


def frame(record: Record) -> bytes:
    """One record as it stands in a record file."""
    payload = msgspec.msgpack.encode(record)
    return HEAD.pack(len(payload), crc32(payload)) + payload


class RecordWriter:
    """Writes a new record file, each record in one write and lasting once `write` returns."""

    def __init__(self, path: Path) -> None:
        """UsageError if the file is there already, StorageFailed if it cannot be made."""
        self.path = path
        with writing(path):
            try:
                self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
            except FileExistsError:
                raise UsageError(f"{path} exists; records are never written over.") from None
            put_whole(self._fd, MAGIC, 0)
            sync_folder(path.parent)
        self._end = len(MAGIC)

    def write(self, record: Record) -> None:
        """Append one record, wholly or not at all. StorageFailed."""
        data = frame(record)
        with writing(self.path):
            put_whole(self._fd, data, self._end)
        self._end += len(data)

    def close(self) -> None:
        """Release the file; all of it is on disk already."""
        os.close(self._fd)

    def __enter__(self) -> RecordWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read_records(source: Path | BinaryIO, name: str = "") -> tuple[tuple[Record, ...], tuple[Gap, ...]]:
    """All records of a file that can be read, and what could not be, under the source `name`.

    Never raises for what the file holds: half a frame at the end is Gap `truncated`, a
    frame that fails its checksum ends reading as `damaged`, a whole frame that is no
    record is counted as `unreadable`. OSError if the file itself cannot be read.
    """
    data = source.read_bytes() if isinstance(source, Path) else source.read()
    records: list[Record] = []
    gaps: list[Gap] = []
    strange = 0
    for item in _payloads(data, name):
        if isinstance(item, Gap):
            gaps.append(item)
            continue
        try:
            records.append(_DECODER.decode(item))
        except (ValueError, RecursionError):
            strange += 1
    if strange:
        gaps.append(Gap(kind="unreadable", count=strange, source=name, detail="whole frames that are no known record"))
    return tuple(records), tuple(gaps)


def _payloads(data: bytes, name: str) -> Iterator[memoryview | Gap]:
    """Each whole payload in turn, then a Gap if the file does not end well."""
    if not data.startswith(MAGIC):
        if MAGIC.startswith(data):
            yield _lost("truncated", "half a file header", data, 0, name)
        else:
            yield _lost("damaged", "no record file's header", data, 0, name)
        return
    view, at = memoryview(data), len(MAGIC)
    while at < len(data):
        body = at + HEAD.size
        length, checksum = HEAD.unpack_from(data, at) if body <= len(data) else (1, 0)
        if not 0 < length <= LONGEST:
            yield _lost("damaged", "a frame of impossible length", data, at, name)
            return
        if body + length > len(data):
            yield _lost("truncated", "half a frame", data, at, name)
            return
        payload = view[body : body + length]
        if crc32(payload) != checksum:
            yield _lost("damaged", "a frame that fails its checksum", data, at, name)
            return
        yield payload
        at = body + length


def _lost(kind: Literal["truncated", "damaged"], what: str, data: bytes, at: int, name: str) -> Gap:
    detail = f"{what} at byte {at}; {len(data) - at} bytes not read"
    return Gap(kind=kind, count=1, source=name, detail=detail)
