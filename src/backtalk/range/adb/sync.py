"""`sync:`: files in and out. A request is an id, a length and a path. (AOSP, SYNC.TXT, file_sync_protocol.h)"""

from __future__ import annotations

import errno
import os
import stat
import struct
from collections.abc import Generator, Iterator

from backtalk.range.adb.device import Files, Stat

LONGEST_PATH = 1024
PIECE = 1 << 16
"""Bytes of one DATA, in both directions."""
_REQUEST = struct.Struct("<4sI")
_STAT = struct.Struct("<4sIII")
_STAT2 = struct.Struct("<4sIQQIIIIQqqq")
_ENTRY = struct.Struct("<4sIIII")
_ENTRY2 = struct.Struct("<4sIQQIIIIQqqqI")
_SEND2 = struct.Struct("<4sII")
_DEVICE = 0xFD05
_Script = Generator[bytes | None, None, None]
"""Answers, and None where more has to come from the host."""


class Sync:
    """Runs one request after the other; the next is read when the answer to the last was taken."""

    waiting = False

    def __init__(self, files: Files) -> None:
        self._files, self._room = files, files.room()
        self._held = bytearray()
        self._left = b""
        self._over = False
        self._script = self._serve()

    @property
    def ready(self) -> bool:
        """Whether the last answer has left, and little input waits."""
        return not self._left and len(self._held) < PIECE + _REQUEST.size

    @property
    def ended(self) -> bool:
        """QUIT, or a request that is none."""
        return self._over and not self._left

    def feed(self, data: bytes) -> None:
        """Requests, in pieces as they come."""
        self._held += data

    def pull(self, most: int) -> bytes:
        """Answers: a whole payload of them where there are so many."""
        parts, size = [self._left], len(self._left)
        while size < most and not self._over:
            try:
                answer = next(self._script)
            except StopIteration:
                self._over = True
                break
            if answer is None:
                break
            parts.append(answer)
            size += len(answer)
        whole = b"".join(parts)
        self._left = whole[most:]
        return whole[:most]

    def drop(self) -> None:
        """Let go of what was half received."""
        self._over, self._left = True, b""
        self._script.close()
        self._held.clear()
        self._room.free()

    def _need(self, size: int) -> Generator[None, None, bytes]:
        while len(self._held) < size:
            yield None
        taken = bytes(self._held[:size])
        del self._held[:size]
        return taken

    def _serve(self) -> _Script:
        while True:
            kind, length = _REQUEST.unpack((yield from self._need(_REQUEST.size)))
            if kind == b"QUIT":
                return
            if length > LONGEST_PATH:
                yield failed("path too long")
                return
            path = (yield from self._need(length)).decode(errors="surrogateescape")
            if kind == b"STAT":
                yield _stat(self._files.stat(path, follow=False))
            elif kind in {b"LST2", b"STA2"}:
                yield _stat2(kind, self._files.stat(path, follow=kind == b"STA2"))
            elif kind in {b"LIST", b"LIS2"}:
                yield from self._list(path, second=kind == b"LIS2")
            elif kind in {b"RECV", b"RCV2"}:
                yield from self._send_out(path, second=kind == b"RCV2")
            elif kind in {b"SEND", b"SND2"}:
                yield from self._take_in(path, second=kind == b"SND2")
            else:
                yield failed(f"unknown command {int.from_bytes(kind, 'little'):08x}")
                return

    def _list(self, path: str, *, second: bool) -> Iterator[bytes]:
        try:
            entries = self._files.entries(path)
        except OSError:
            entries = []  # adbd says nothing else of a folder that cannot be opened
        for name, one in entries:
            written = name.encode(errors="surrogateescape")
            if second:
                yield _ENTRY2.pack(b"DNT2", *_facts(one), len(written)) + written
            else:
                yield _ENTRY.pack(b"DENT", one.mode, one.size & 0xFFFFFFFF, _u32(one.modified), len(written)) + written
        yield b"DONE".ljust(_ENTRY2.size if second else _ENTRY.size, b"\0")

    def _send_out(self, path: str, *, second: bool) -> _Script:
        if second:
            _, flags = _REQUEST.unpack((yield from self._need(_REQUEST.size)))
            if flags:
                yield failed(f"unknown flags: {flags}")
                return
        try:
            data = memoryview(self._files.read(path))
        except OSError as error:
            yield failed(f"open failed: {os.strerror(error.errno or errno.EIO)}")
            return
        for at in range(0, len(data), PIECE):
            piece = data[at : at + PIECE]
            yield _REQUEST.pack(b"DATA", len(piece)) + piece
        yield _REQUEST.pack(b"DONE", 0)

    def _take_in(self, path: str, *, second: bool) -> _Script:
        error = ""
        if second:
            _, mode, flags = _SEND2.unpack((yield from self._need(_SEND2.size)))
            error = f"unknown flags: {flags}" if flags else ""
        else:
            path, comma, digits = path.rpartition(",")
            mode = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0o100644
            error = "" if comma else "missing , in ID_SEND"
        data = bytearray()
        while True:
            kind, length = _REQUEST.unpack((yield from self._need(_REQUEST.size)))
            if kind == b"DONE":
                break
            if kind != b"DATA" or length > PIECE:
                yield failed("oversize data message" if kind == b"DATA" else "invalid data message")
                self._held.clear()
                self._over = True
                return
            piece = yield from self._need(length)
            if not error and not self._room.take(length):
                error = f"couldn't write: {os.strerror(errno.ENOSPC)}"
                data.clear()
                self._room.free()
            if not error:
                data += piece
        self._room.free()
        if not error:
            error = self._keep(path, bytes(data), mode, length)
        yield failed(error) if error else _REQUEST.pack(b"OKAY", 0)

    def _keep(self, path: str, data: bytes, mode: int, modified: int) -> str:
        rights = mode & 0o777
        rights |= (rights >> 3) & 0o070  # whoever owns a file owns it with all the phone's programs
        rights |= (rights >> 3) & 0o007
        kind = stat.S_IFLNK if stat.S_ISLNK(mode) else stat.S_IFREG
        try:
            self._files.write(path, data, kind | rights, modified)
        except OSError as error:
            return f"couldn't create file: {os.strerror(error.errno or errno.EIO)}"
        return ""


def failed(why: str) -> bytes:
    """The answer that a request failed."""
    return _REQUEST.pack(b"FAIL", len(why.encode())) + why.encode()


def _u32(number: int) -> int:
    return max(0, min(number, 0xFFFFFFFF))


def _stat(one: Stat) -> bytes:
    if one.error:
        return _STAT.pack(b"STAT", 0, 0, 0)
    return _STAT.pack(b"STAT", one.mode, _u32(one.size), _u32(one.modified))


def _stat2(kind: bytes, one: Stat) -> bytes:
    return _STAT2.pack(kind, *_facts(one))


def _facts(one: Stat) -> tuple[int, ...]:
    if one.error:
        return (one.error, *(0,) * 10)
    owner = (one.mode, one.links, one.uid, one.gid)
    return (0, _DEVICE, one.inode, *owner, one.size, one.modified, one.modified, one.modified)
