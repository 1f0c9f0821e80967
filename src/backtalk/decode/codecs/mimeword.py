"""Encoded words in the headers of mail and forms."""

from __future__ import annotations

import binascii
import re
from typing import ClassVar

from backtalk.decode.codec import TextEscapes

QUOTED = re.compile(rb"=([0-9A-Fa-f]{2})")


class MimeWord(TextEscapes):
    ID: ClassVar[str] = "mime-word"
    PATTERNS: ClassVar[tuple[str, ...]] = (r"=\?[A-Za-z0-9-]{2,40}\?[BbQq]\?",)
    REFERENCES: ClassVar[tuple[str, ...]] = ("RFC 2047",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = ("character sets that Python does not know",)
    ESCAPE: ClassVar[re.Pattern[bytes]] = re.compile(
        rb"=\?([A-Za-z0-9-]{2,40})\?([BbQq])\?([!->@-~]*)\?=(?:\s+(?==\?[A-Za-z0-9-]{2,40}\?[BbQq]\?))?"
    )
    DELIMITERS: ClassVar[bytes] = b'"\x00\x7f'

    def replace(self, escape: re.Match[bytes]) -> bytes:
        try:
            if escape[2] in b"Bb":
                inside = binascii.a2b_base64(escape[3])
            else:
                spaced = escape[3].replace(b"_", b" ")
                inside = QUOTED.sub(lambda match: bytes([int(match[1], 16)]), spaced)
            return inside.decode(escape[1].decode()).encode()
        except (ValueError, LookupError):
            return escape[0]
