"""xz streams, and the LZMA files from before them."""

from __future__ import annotations

import lzma
import re
from typing import ClassVar

from backtalk.decode.codecs.machines import driven
from backtalk.decode.inflate import Inflated
from backtalk.decode.streams import Stream

MOST_MEMORY = 1 << 28
"""Bytes that a dictionary may take; a stream asking for more does not open."""


class Xz(Stream):
    ID: ClassVar[str] = "xz"
    PATTERNS: ClassVar[tuple[str, ...]] = (r"\xfd7zXZ\x00", r"^\x5d\x00\x00[\x00-\xff]{2}")
    REFERENCES: ClassVar[tuple[str, ...]] = ("The .xz File Format 1.2", "LZMA SDK, lzma.txt (.lzma)")
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "LZMA files that do not begin a buffer, or with other settings than the usual ones",
        "dictionaries over 256 MiB",
        "where a stream breaks is known to 1 KiB",
    )
    MAGIC: ClassVar[re.Pattern[bytes]] = re.compile(rb"\xfd7zXZ\x00|\A\x5d\x00\x00")
    CERTAIN: ClassVar[bool] = True

    def run(self, data: bytes, start: int, stop: int, limit: int) -> Inflated:
        machine = lzma.LZMADecompressor(lzma.FORMAT_AUTO, memlimit=MOST_MEMORY)
        return driven(machine, lzma.LZMAError, data, start, stop, limit)
