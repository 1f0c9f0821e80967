"""bzip2 streams."""

from __future__ import annotations

import bz2
import re
from typing import ClassVar

from backtalk.decode.codecs.machines import driven
from backtalk.decode.inflate import Inflated
from backtalk.decode.streams import Stream


class Bzip2(Stream):
    ID: ClassVar[str] = "bzip2"
    PATTERNS: ClassVar[tuple[str, ...]] = (r"BZh[1-9]1AY&SY",)
    REFERENCES: ClassVar[tuple[str, ...]] = ("bzip2 and libbzip2, version 1.0.8",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "the block, of up to 900 kB, in which a stream is cut short",
        "where a stream breaks is known to 1 KiB",
    )
    MAGIC: ClassVar[re.Pattern[bytes]] = re.compile(rb"BZh[1-9]1AY&SY")
    CERTAIN: ClassVar[bool] = True

    def run(self, data: bytes, start: int, stop: int, limit: int) -> Inflated:
        return driven(bz2.BZ2Decompressor(), OSError, data, start, stop, limit)
