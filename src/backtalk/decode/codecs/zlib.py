"""zlib streams."""

from __future__ import annotations

import re
from typing import ClassVar

from backtalk.decode.inflate import ZLIB, Inflated, inflate
from backtalk.decode.native.deflate import zlib_at, zlib_from
from backtalk.decode.streams import Stream


class Zlib(Stream):
    ID: ClassVar[str] = "zlib"
    PATTERNS: ClassVar[tuple[str, ...]] = (r"\x78[\x01\x5e\x9c\xda]", r"^[\x08\x18\x28\x38\x48\x58\x68].")
    REFERENCES: ClassVar[tuple[str, ...]] = ("RFC 1950",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "preset dictionaries",
        "windows under 32 KiB, unless the buffer begins with the stream",
        "streams that are cut short, unless they hold text or begin a buffer",
    )
    MAGIC: ClassVar[re.Pattern[bytes]] = re.compile(
        rb"\x78[\x01\x5e\x9c\xda]|\A[\x08\x18\x28\x38\x48\x58\x68].", re.DOTALL
    )
    CERTAIN: ClassVar[bool] = False

    def next(self, data: bytes, start: int, stop: int) -> int:
        if not start and self.MAGIC.match(data, 0, stop) and zlib_at(data, 0, stop):
            return 0
        return zlib_from(data, start, stop)

    def run(self, data: bytes, start: int, stop: int, limit: int) -> Inflated:
        return inflate(data, start, stop, ZLIB, limit)
