"""The blocks of pcap and pcapng files, read without trusting a length in them."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from typing import BinaryIO

from msgspec import Struct

from backtalk.model.capture import Gap

_PCAP = {
    b"\xd4\xc3\xb2\xa1": ("<", 1e-6),
    b"\xa1\xb2\xc3\xd4": (">", 1e-6),
    b"\x4d\x3c\xb2\xa1": ("<", 1e-9),
    b"\xa1\xb2\x3c\x4d": (">", 1e-9),
}
_SECTION = b"\x0a\x0d\x0d\x0a"
_ORDERS = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
_IDB, _SPB, _EPB, _SECRETS, _CUSTOM, _OLD = 1, 3, 6, 10, 0xBAD, 2
_KNOWN = frozenset({*range(1, 0x10000), 0x40000BAD, 0x0A0D0D0A})
"""Kinds of blocks that are not damage: also those that are not read."""
_TLS_KEY_LOG = 0x544C534B
_PCAPDROID = 62652
"""PCAPdroid's number at the IANA, which marks its own blocks."""
_UID = re.compile(rb"u-(-?\d{1,10})")
LONGEST = 1 << 24
"""Bytes of one block, at most: a longer one is damage."""
WINDOWS = (1 << 20, LONGEST)
"""Bytes behind damage in which the next block is looked for: first in so many, then in more."""


class Frame(Struct, frozen=True):
    """One captured frame: when, on what link (LINKTYPE), its bytes, how long it was on the wire, and whose it is."""

    at: float
    link: int
    data: bytes
    length: int
    app: str = ""


class Secrets(Struct, frozen=True):
    """Lines of a TLS key log that the file itself holds."""

    lines: bytes


Block = Frame | Secrets | Gap


def known(head: bytes) -> bool:
    """Whether a file that begins like this is pcap or pcapng."""
    return head[:4] in _PCAP or (head[:4] == _SECTION and head[8:12] in _ORDERS)


def blocks(file: BinaryIO, source: str) -> Iterator[Block]:
    """Frames and secrets in file order; where it breaks off or is damaged a Gap, and then what can be found behind."""
    magic = file.read(4)
    if magic in _PCAP:
        yield from _pcap(file, *_PCAP[magic], source)
    else:
        file.seek(-len(magic), io.SEEK_CUR)
        yield from _Pcapng(file, source).blocks()


def _pcap(file: BinaryIO, order: str, tick: float, source: str) -> Iterator[Block]:
    head = file.read(20)
    if len(head) < 20:
        yield Gap(kind="truncated", count=1, source=source, detail="half a file header")
        return
    link = struct.unpack(order + "I", head[16:20])[0] & 0xFFFF
    record = struct.Struct(order + "IIII")
    while head := file.read(16):
        if len(head) < 16:
            yield Gap(kind="truncated", count=1, source=source, detail="half a packet's header")
            return
        seconds, part, size, length = record.unpack(head)
        if size > LONGEST:
            left = _rest(file)
            yield Gap(kind="damaged", count=1, source=source, detail=f"a packet of {size} bytes", size=left)
            return
        data = file.read(size)
        yield Frame(seconds + part * tick, link, data, max(length, size), _trailer(data))
        if len(data) < size:
            yield Gap(kind="truncated", count=1, source=source, detail="half a packet")
            return


class _Interface(Struct, frozen=True):
    link: int
    tick: float = 1e-6
    offset: int = 0


class _Pcapng:
    def __init__(self, file: BinaryIO, source: str) -> None:
        self._file, self._source = file, source
        self._order = "<"
        self._interfaces: list[_Interface] = []
        self._apps: dict[int, str] = {}

    def blocks(self) -> Iterator[Block]:
        while head := self._file.read(8):
            if len(head) < 8:
                yield self._gap("truncated", "half a block's header")
                return
            kind, length = struct.unpack(self._order + "II", head)
            if head[:4] == _SECTION:
                magic = self._file.read(4)
                self._order = _ORDERS.get(magic, self._order)
                length = struct.unpack(self._order + "I", head[4:])[0]
                self._file.seek(-len(magic), io.SEEK_CUR)
                self._interfaces.clear()
            if not 12 <= length <= LONGEST or length % 4 or kind not in _KNOWN:
                yield from self._lost(len(head))
                continue
            body = self._file.read(length - 8)
            if body[-4:] == head[4:] and len(body) == length - 8:
                yield from self._block(kind, body[:-4])
            elif len(body) < length - 8 and self._next_block(body) is None:
                yield from self._block(kind, body)
                yield self._gap("truncated", "half a block")
                return
            else:  # its length lies
                yield from self._lost(len(head) + len(body))

    def _gap(self, kind: str, detail: str, size: int = 0) -> Gap:
        assert kind in {"truncated", "damaged"}
        return Gap(
            kind="truncated" if kind == "truncated" else "damaged",
            count=1,
            source=self._source,
            detail=detail,
            size=size,
        )

    def _lost(self, taken: int) -> Iterator[Gap]:
        """Go on where a block begins again, in the bytes that were just taken or behind them."""
        self._file.seek(-taken, io.SEEK_CUR)
        start = self._file.tell()
        for size in WINDOWS:
            window = self._file.read(size)
            begin = self._next_block(window)
            passed = len(window) + _rest(self._file) if begin is None and size == WINDOWS[-1] else begin
            self._file.seek(start + (passed or 0))
            if passed is not None:
                yield self._gap("damaged", f"no block where one should begin; {passed} bytes are not read", passed)
                return

    def _next_block(self, window: bytes) -> int | None:
        """Where the first packet or section begins whose two lengths agree."""
        starts = re.compile(b"|".join(re.escape(struct.pack(self._order + "I", kind)) for kind in (_EPB, 0x0A0D0D0A)))
        for found in starts.finditer(window):
            size = window[found.start() + 4 : found.start() + 8]
            length = struct.unpack(self._order + "I", size)[0] if len(size) == 4 else 0
            end = found.start() + length
            if 12 <= length <= LONGEST and not length % 4 and window[end - 4 : end] == size:
                return found.start()
        return None

    def _block(self, kind: int, body: bytes) -> Iterator[Block]:
        if kind == _IDB and len(body) >= 8:
            self._interfaces.append(self._interface(body))
        elif kind == _EPB and len(body) >= 20:
            number, high, low, size, length = struct.unpack_from(self._order + "IIIII", body)
            yield from self._frame(number, (high << 32) + low, size, length, body[20:])
        elif kind == _OLD and len(body) >= 20:
            number, _, high, low, size, length = struct.unpack_from(self._order + "HHIIII", body)
            yield from self._frame(number, (high << 32) + low, size, length, body[20:])
        elif kind == _SPB and len(body) >= 4:
            (length,) = struct.unpack_from(self._order + "I", body)
            yield from self._frame(0, 0, min(length, len(body) - 4), length, body[4:])
        elif kind == _SECRETS and len(body) >= 8:
            secrets, size = struct.unpack_from(self._order + "II", body)
            if secrets == _TLS_KEY_LOG:
                yield Secrets(body[8 : 8 + size])
        elif kind == _CUSTOM and len(body) >= 14:
            self._custom(body)

    def _interface(self, body: bytes) -> _Interface:
        (link,) = struct.unpack_from(self._order + "H", body)
        tick, offset = 1e-6, 0
        for code, value in self._options(body[8:]):
            if code == 9 and value:
                tick = 2.0 ** -(value[0] & 0x7F) if value[0] & 0x80 else 10.0 ** -value[0]
            elif code == 14 and len(value) == 8:
                (offset,) = struct.unpack(self._order + "q", value)
        return _Interface(link, tick, offset)

    def _frame(self, number: int, ticks: int, size: int, length: int, rest: bytes) -> Iterator[Block]:
        if number >= len(self._interfaces):
            yield self._gap("damaged", "a packet of an interface that is not described", size)
            return
        interface = self._interfaces[number]
        at = interface.offset + ticks * interface.tick
        data = rest[:size]
        app = _trailer(data)
        for code, value in self._options(rest[size + -size % 4 :]) if len(rest) > size else ():
            if code == 1 and (uid := _UID.fullmatch(value)):
                app = self._apps.get(int(uid[1]), f"uid {int(uid[1])}")
        # A lying clock must not be an endless number.
        yield Frame(at if 0 <= at < 1e11 else 0.0, interface.link, data, max(length, len(data)), app)

    def _options(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        at = 0
        while at + 4 <= len(data):
            code, size = struct.unpack_from(self._order + "HH", data, at)
            if code == 0:
                return
            yield code, data[at + 4 : at + 4 + size]
            at += 4 + size + -size % 4

    def _custom(self, body: bytes) -> None:
        """PCAPdroid's block that gives a UID its package."""
        number, version, kind = struct.unpack_from(self._order + "IHB", body)
        if (number, version, kind) != (_PCAPDROID, 1, 1):
            return
        uid, size = struct.unpack_from(self._order + "iB", body, 8)
        self._apps[uid] = body[14 : 14 + size].decode("utf-8", "replace")


_TRAILER = struct.Struct(">Ii20sI")
_TRAILER_MAGIC = 0x01072021


def _trailer(data: bytes) -> str:
    """The app that PCAPdroid names behind the frame."""
    if data[-_TRAILER.size : -_TRAILER.size + 4] != _TRAILER_MAGIC.to_bytes(4, "big"):
        return ""
    _, uid, name, _ = _TRAILER.unpack(data[-_TRAILER.size :])
    written: bytes = name.partition(b"\0")[0]
    return written.decode("utf-8", "replace") or f"uid {uid}"


def _rest(file: BinaryIO) -> int:
    left = 0
    while data := file.read(1 << 20):
        left += len(data)
    return left
