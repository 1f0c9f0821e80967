"""Internationalised host names in their ASCII form."""

from __future__ import annotations

import re
from typing import ClassVar

from backtalk.decode.codec import TextEscapes


class Punycode(TextEscapes):
    ID: ClassVar[str] = "punycode"
    PATTERNS: ClassVar[tuple[str, ...]] = (r"[xX][nN]--[A-Za-z0-9-]{2}",)
    REFERENCES: ClassVar[tuple[str, ...]] = ("RFC 3492", "RFC 5890, section 2.3.2.1 (A-labels)")
    LIMITATIONS: ClassVar[tuple[str, ...]] = ("names that were not normalised before they were encoded",)
    ESCAPE: ClassVar[re.Pattern[bytes]] = re.compile(rb"(?<![A-Za-z0-9-])[xX][nN]--[A-Za-z0-9-]{2,59}(?![A-Za-z0-9-])")
    DELIMITERS: ClassVar[bytes] = bytes(range(33)) + b'"<>\x7f'

    def replace(self, escape: re.Match[bytes]) -> bytes:
        try:
            return escape[0][4:].decode("punycode").encode()
        except UnicodeError:
            return escape[0]
