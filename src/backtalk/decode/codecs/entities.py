"""HTML character references."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.entities import html5
from typing import ClassVar

from backtalk.decode.codec import TextEscapes
from backtalk.decode.native.escapes import ENTITIES
from backtalk.model.decoding import Value


class Entities(TextEscapes):
    ID: ClassVar[str] = "entities"
    MARKS: ClassVar[tuple[str, ...]] = ("entity",)
    REFERENCES: ClassVar[tuple[str, ...]] = ("WHATWG HTML, section 13.5 (named character references)",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "references without their semicolon",
        "stretches of under 16 letters within binary data",
    )
    SWEPT: ClassVar[bool] = True
    ESCAPE: ClassVar[re.Pattern[bytes]] = re.compile(
        rb"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
    )
    DELIMITERS: ClassVar[bytes] = bytes(set(range(32)) - {9}) + b'"\x7f'

    def kind(self, params: Mapping[str, Value]) -> int | None:
        del params
        return ENTITIES

    def replace(self, escape: re.Match[bytes]) -> bytes:
        name = escape[0][1:].decode()
        if name[0] != "#":
            return html5[name].encode() if name in html5 else escape[0]
        number = int(name[2:-1], 16) if name[1] in "xX" else int(name[1:-1])
        return chr(number).encode("utf-8", "surrogatepass") if number < 0x110000 else escape[0]
