"""Backslash escapes of JSON and JavaScript strings in text that is no JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from backtalk.decode.codec import TextEscapes
from backtalk.decode.codecs.json import unescaped
from backtalk.decode.native.escapes import SCRIPT
from backtalk.model.decoding import Value


class Escapes(TextEscapes):
    ID: ClassVar[str] = "escapes"
    MARKS: ClassVar[tuple[str, ...]] = ("script",)
    REFERENCES: ClassVar[tuple[str, ...]] = ("RFC 8259, section 7", "ECMA-262, section 12.9.4")
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        r"\u{…} and octal escapes",
        "stretches of under 16 letters within binary data",
    )
    SWEPT: ClassVar[bool] = True
    ESCAPE: ClassVar[re.Pattern[bytes]] = re.compile(
        rb'(?:\\u[0-9A-Fa-f]{4})+|(?:\\x[0-9A-Fa-f]{2})+|(?:\\\\)+|\\["/bfnrt]'
    )
    DELIMITERS: ClassVar[bytes] = bytes(set(range(32)) - {9}) + b"\x7f"

    def kind(self, params: Mapping[str, Value]) -> int | None:
        del params
        return SCRIPT

    def replace(self, escape: re.Match[bytes]) -> bytes:
        if escape[0][1:2] == b"x":
            return bytes.fromhex(escape[0].replace(rb"\x", b"").decode())
        return unescaped(escape[0])
