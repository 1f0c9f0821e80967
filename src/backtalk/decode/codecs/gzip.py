"""gzip: one member or several, cut short or broken, whatever the header around it says."""

from __future__ import annotations

import re
from typing import ClassVar

from backtalk.decode.inflate import GZIP, Inflated, inflate
from backtalk.decode.streams import Stream


class Gzip(Stream):
    ID: ClassVar[str] = "gzip"
    PATTERNS: ClassVar[tuple[str, ...]] = (r"\x1f\x8b\x08[\x00-\x1f]",)
    REFERENCES: ClassVar[tuple[str, ...]] = ("RFC 1952",)
    MAGIC: ClassVar[re.Pattern[bytes]] = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]")
    CERTAIN: ClassVar[bool] = True

    def run(self, data: bytes, start: int, stop: int, limit: int) -> Inflated:
        return inflate(data, start, stop, GZIP, limit)
