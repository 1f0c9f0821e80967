"""UTF-7: UTF-16 in base64 within ASCII text."""

from __future__ import annotations

import binascii
import re
from typing import ClassVar

from backtalk.decode.codec import TextEscapes

NOT_LATIN = bytes(range(3, 256))
"""High bytes that no Latin letter has."""


class Utf7(TextEscapes):
    ID: ClassVar[str] = "utf-7"
    PATTERNS: ClassVar[tuple[str, ...]] = (r"\+A[A-H][A-Za-z0-9+/]{6}",)
    REFERENCES: ClassVar[tuple[str, ...]] = ("RFC 2152",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "segments that do not begin with ASCII or Latin-1, are not half Latin, or hold under three letters",
    )
    ESCAPE: ClassVar[re.Pattern[bytes]] = re.compile(rb"\+A[A-H][A-Za-z0-9+/]{6,}-?")
    DELIMITERS: ClassVar[bytes] = bytes(set(range(32)) - {9}) + b'"\x7f'

    def replace(self, escape: re.Match[bytes]) -> bytes:
        letters = escape[0][1:].rstrip(b"-")
        letters = letters[: len(letters) - (len(letters) % 4 == 1)]
        units = binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
        units = units[: len(units) & ~1]
        if 8 * len(units[::2].translate(None, NOT_LATIN)) < len(units):  # mostly other scripts, as chance writes
            return escape[0]
        text = units.decode("utf-16-be", "replace")
        readable = "\ufffd" not in text and text.isprintable()
        latin = 2 * sum(letter < "\u0250" for letter in text) >= len(text)
        return text.encode() if readable and latin else escape[0]
