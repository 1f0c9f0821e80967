"""Percent-encoding in any text; nested encodings are undone one layer at a time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from backtalk.decode.codec import TextEscapes
from backtalk.decode.native.escapes import FORM, PERCENT
from backtalk.model.decoding import Value

ESCAPES = r"%(?:[0-9A-Fa-f]{2}(?:%[0-9A-Fa-f]{2})*|u[0-9A-Fa-f]{4}(?:%u[0-9A-Fa-f]{4})*)"
"""Runs of escapes of either kind; an expression that begins with a letter is fast."""


def unescaped(escape: bytes) -> bytes:
    """The bytes that a run of percent escapes stands for; a `+` is a space."""
    if escape == b"+":
        return b" "
    if escape[1:2] == b"u":
        pairs = bytes.fromhex(escape.replace(b"%u", b"").decode())
        return pairs.decode("utf-16-be", "surrogatepass").encode("utf-8", "surrogatepass")
    return bytes.fromhex(escape.replace(b"%", b"").decode())


class Percent(TextEscapes):
    ID: ClassVar[str] = "percent"
    MARKS: ClassVar[tuple[str, ...]] = ("percent",)
    REFERENCES: ClassVar[tuple[str, ...]] = ("RFC 3986, section 2.1", "ECMA-262, annex B.2.1 (%uXXXX)")
    LIMITATIONS: ClassVar[tuple[str, ...]] = ("stretches of under 16 letters within binary data",)
    SWEPT: ClassVar[bool] = True
    ESCAPE: ClassVar[re.Pattern[bytes]] = re.compile(ESCAPES.encode())
    SPACES: ClassVar[re.Pattern[bytes]] = re.compile(rb"\+|" + ESCAPES.encode())
    DELIMITERS: ClassVar[bytes] = bytes(range(33)) + b'"<>\x7f'

    def variants(self, packed: bytes) -> tuple[dict[str, Value], ...]:
        return ({}, {"plus": True}) if b"+" in packed else ({},)

    def escape(self, params: Mapping[str, Value]) -> re.Pattern[bytes]:
        return self.SPACES if params.get("plus") else self.ESCAPE

    def kind(self, params: Mapping[str, Value]) -> int | None:
        return FORM if params.get("plus") else PERCENT

    def replace(self, escape: re.Match[bytes]) -> bytes:
        return unescaped(escape[0])
