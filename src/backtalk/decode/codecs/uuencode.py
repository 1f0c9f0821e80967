"""uuencode: lines of length and letters between `begin` and `end`."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Codec, Layer
from backtalk.model.decoding import Opaque, Span, Value

BLOCK = re.compile(
    rb"^begin [0-7]{3,4} ([^\r\n]{1,200})\r?\n((?:[!-`][ -`]{0,84}\r?\n)+)(?:[` ]\r?\n)?(?:end|\Z)", re.MULTILINE
)


def decoded(lines: bytes) -> bytes:
    """The bytes of uuencoded lines; ValueError when a line is none."""
    try:
        return b"".join(binascii.a2b_uu(line) for line in lines.splitlines())
    except binascii.Error as error:
        raise ValueError(str(error)) from error


class Uuencode(Codec):
    ID: ClassVar[str] = "uuencode"
    PATTERNS: ClassVar[tuple[str, ...]] = (r"begin [0-7]{3,4} ",)
    REFERENCES: ClassVar[tuple[str, ...]] = ("POSIX.1-2017, uuencode",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = ("lines without their `begin`", "xxencode")
    TEXT: ClassVar[bool] = True

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        del meter
        for low, high in free:
            for match in BLOCK.finditer(buffer.data, low, high):
                try:
                    inside = decoded(match[2])
                except ValueError:
                    continue
                yield Layer(span=match.span(2), data=inside, params={"name": match[1].decode("utf-8", "replace")})

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        del params
        return decoded(data[slice(*span)])
