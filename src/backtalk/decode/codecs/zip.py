"""Members of zip archives, wherever they begin."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Codec, Layer
from backtalk.decode.inflate import RAW, inflate
from backtalk.decode.streams import LARGEST_REPLAY
from backtalk.model.decoding import Opaque, Span, Value

MAGIC = b"PK\x03\x04"
HEADER = struct.Struct("<4x5H3I2H")
ENCRYPTED, SIZE_FOLLOWS = 1, 8
STORED, DEFLATED, BZIP2, LZMA, ZSTANDARD, XZ = 0, 8, 12, 14, 93, 95
PLAIN = frozenset((STORED, BZIP2, ZSTANDARD, XZ))
"""Methods whose members are read as they stand: those packings have a magic of their own."""
PROPERTIES = 9
"""Bytes before a member that LZMA packed: the version, and the size of five bytes of properties, and these."""
RECORDS = {
    MAGIC: (30, (26, 28)),
    b"PK\x07\x08": (16, ()),
    b"PK\x01\x02": (46, (28, 30, 32)),
    b"PK\x05\x06": (22, (20,)),
}
"""Each record's fixed size, and where it tells the lengths of what follows it."""
RECORD = re.compile(rb"PK(?:\x03\x04|\x07\x08|\x01\x02|\x05\x06)")


class Zip(Codec):
    ID: ClassVar[str] = "zip"
    PATTERNS: ClassVar[tuple[str, ...]] = (r"PK\x03\x04",)
    REFERENCES: ClassVar[tuple[str, ...]] = ("PKWARE APPNOTE.TXT 6.3.10, section 4.3.7",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "methods other than stored, deflated, bzip2, LZMA, xz and zstandard",
        "encrypted members, which are named unread",
        "members over 4 GiB",
    )

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        data = buffer.data
        for low, high in free:
            at = data.find(MAGIC, low, high)
            while at >= 0 and (match := RECORD.search(data, at, high)):
                at = match.start()
                end = _record(data, at, high)
                if end and match[0] == MAGIC and (member := self._member(data, at, end, high, meter)):
                    yield Layer(span=(at, end), data=_told(data[at:end]), params={"record": True})
                    yield member
                    at = member.span[1]
                elif end and match[0] != MAGIC:
                    yield Layer(span=(at, end), data=_told(data[at:end]), params={"record": True})
                    at = end
                else:
                    at += len(MAGIC)

    def _member(self, data: bytes, at: int, start: int, high: int, meter: Meter) -> Layer | Opaque | None:
        _, flags, method, _, _, _, size, _, named, _ = HEADER.unpack_from(data, at)
        end = start + size
        if (flags & SIZE_FOLLOWS and not size) or end > high:
            following = RECORD.search(data, start, high)
            end = following.start() if following else high
        params: dict[str, Value] = {"name": data[at + 30 : at + 30 + named].decode("utf-8", "replace")}
        if flags & ENCRYPTED or method not in {*PLAIN, DEFLATED, LZMA}:
            reason = "encrypted zip member" if flags & ENCRYPTED else f"zip method {method}"
            return Opaque(reason=reason, span=(start, end)) if start < end else None
        if method == LZMA and start + PROPERTIES < end:
            return Layer(span=(start, end), data=_lzma(data[start:end]), params={**params, "lzma": True})
        if method != DEFLATED:
            return Layer(span=(start, end), data=data[start:end], params=params) if start < end else None
        got = inflate(data, start, high, RAW, meter.allowance)
        if got.end == "full":
            meter.cut = True
            params["length"] = len(got.data)
        elif got.end != "whole":
            params["complete"] = False
        if not got.data:
            return None
        return Layer(span=(start, start + got.used), data=got.data, params={**params, "deflated": True})

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        if params.get("record"):
            if _record(data, *span) != span[1]:
                raise ValueError("no such record")
            return _told(data[slice(*span)])
        if params.get("lzma"):
            return _lzma(data[slice(*span)])
        if not params.get("deflated"):
            return data[slice(*span)]
        length = params.get("length", LARGEST_REPLAY)
        if not isinstance(length, int) or not 0 <= length <= LARGEST_REPLAY:
            raise ValueError("no such length")
        return inflate(data, *span, RAW, length).data


def _record(data: bytes, at: int, high: int) -> int:
    """Where a record ends; 0 when it ends too late."""
    fixed, lengths = RECORDS.get(data[at : at + 4], (0, ()))
    if not fixed or at + fixed > high:
        return 0
    end = at + fixed + sum(int.from_bytes(data[at + place : at + place + 2], "little") for place in lengths)
    return end if end <= high else 0


def _told(record: bytes) -> bytes:
    """A record's numbers, and its names and comments as they are."""
    fixed, _ = RECORDS[record[:4]]
    numbers = struct.unpack(f"<{fixed // 2}H", record[:fixed])
    return " ".join(map(str, numbers[2:])).encode() + b"\n" + record[fixed:]


def _lzma(member: bytes) -> bytes:
    """A member as an LZMA file of unknown length (APPNOTE, section 5.8.8)."""
    return member[4:PROPERTIES] + b"\xff" * 8 + member[PROPERTIES:]
