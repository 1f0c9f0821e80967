"""Quoted-printable: whole lines in which each equals sign is an escape."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Layer, Substitution
from backtalk.decode.native.escapes import quoted_lines
from backtalk.model.decoding import Opaque, Span, Value

SOFT = re.compile(rb"=[ \t]*\r?\n")
SURE = re.compile(rb"=3D|=0[9AD]|=20|(?:=[0-9A-F]{2}){2}")
BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\t "


def is_sure(lines: bytes) -> bool:
    """Whether an equals sign in lines is an escape for certain: one that ends a line must end one that is no base64."""
    if SURE.search(lines):
        return True
    ends = (lines[lines.rfind(b"\n", 0, soft.start()) + 1 : soft.start()] for soft in SOFT.finditer(lines))
    return any(line.translate(None, BASE64) for line in ends)


class Quoted(Substitution):
    ID: ClassVar[str] = "quoted-printable"
    PATTERNS: ClassVar[tuple[str, ...]] = (r"=[ \t]*\r?\n", r"=3D|=0[9AD]|=20", r"=[0-9A-F]{2}=[0-9A-F]{2}")
    REFERENCES: ClassVar[tuple[str, ...]] = ("RFC 2045, section 6.7", "RFC 2047 (Q encoding)")
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "single escapes beside equals signs that are none",
        "the Q encoding's underscores",
    )
    ESCAPE: ClassVar[re.Pattern[bytes]] = re.compile(rb"(?:=[0-9A-Fa-f]{2})+|=[ \t]*\r?\n")

    def replace(self, escape: re.Match[bytes]) -> bytes:
        return b"" if escape[0].endswith(b"\n") else bytes.fromhex(escape[0].replace(b"=", b"").decode())

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        del meter
        for low, high in free:
            for start, end in quoted_lines(buffer.data, low, high):
                packed = buffer.data[start:end]
                if is_sure(packed):
                    yield Layer(span=(start, end), data=self.substitute(packed, {}))

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        return self.substitute(data[slice(*span)], params)
