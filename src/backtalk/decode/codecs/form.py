"""Fields of a URL query or of an urlencoded body, wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar

from backtalk.decode.codec import Leaf, Names
from backtalk.decode.codecs.base64 import holds_sense
from backtalk.decode.codecs.percent import ESCAPES, unescaped
from backtalk.decode.native.escapes import FORM, PERCENT, fields
from backtalk.decode.native.text import is_noise, stretch_around
from backtalk.model.decoding import Span, Value

BODY = re.compile(rb"[\w.~$*%\[\]+-]{1,128}=")
OUTSIDE = b"#\"'<>\\ \t\n\r\f\v"
"""What stands in no field of a query."""
BASE64 = re.compile(rb"[A-Za-z0-9+/]{16,}={0,2}")
LONGEST_NAME = 256


PADDED = "%3[Dd]"
"""How base64's padding is escaped: a packed value that ends so is a value of the form only as a whole."""


class Form(Names):
    ID: ClassVar[str] = "form"
    PATTERNS: ClassVar[tuple[str, ...]] = (PADDED,)
    MARKS: ClassVar[tuple[str, ...]] = ("percent", "plus")
    REFERENCES: ClassVar[tuple[str, ...]] = ("WHATWG URL Standard, application/x-www-form-urlencoded", "RFC 3986")
    LIMITATIONS: ClassVar[tuple[str, ...]] = ("fields separated by semicolons are one field",)
    SWEPT: ClassVar[bool] = True
    OPENING: ClassVar[bytes] = b"="
    ESCAPE: ClassVar[re.Pattern[bytes]] = re.compile(rb"\+|" + ESCAPES.encode())
    PLUS_KEPT: ClassVar[re.Pattern[bytes]] = re.compile(ESCAPES.encode())

    def escape(self, params: Mapping[str, Value]) -> re.Pattern[bytes]:
        return self.ESCAPE if params.get("plus", True) else self.PLUS_KEPT

    def kind(self, params: Mapping[str, Value]) -> int | None:
        return FORM if params.get("plus", True) else PERCENT

    def replace(self, escape: re.Match[bytes]) -> bytes:
        return unescaped(escape[0])

    def leaves(self, data: bytes) -> Sequence[Leaf]:
        return self.near(data, [(0, len(data))])

    def near(self, data: bytes, places: Sequence[Span]) -> Sequence[Leaf]:
        query = not BODY.match(data)
        delimiters = OUTSIDE if query else b"&\r\n"
        found: list[Leaf] = []
        done = 0
        for low, high in places:
            if high <= done:
                continue
            start, end = stretch_around(data, low, high, delimiters)
            found += [
                Leaf(span=value, params={"field": self.name(data[slice(*name)]), **self.plus(packed)})
                for name, value in fields(data, max(start, done), end, query=query)
                if (packed := data[slice(*value)]).strip(b"=")  # nothing, or the padding of base64 that has no name
            ]
            done = end
        return found

    def plus(self, packed: bytes) -> dict[str, Value]:
        """Whether `+` is itself: where it is rather part of base64 that somebody forgot to encode."""
        if b"+" not in packed:
            return {}
        verbatim = self.substitute(packed, {"plus": False})
        forgotten = BASE64.fullmatch(verbatim) and (is_noise(verbatim) or holds_sense(verbatim))
        return {"plus": False} if forgotten else {}

    def name(self, packed: bytes) -> str:
        """A field's name as text."""
        return self.substitute(packed, {}).decode("utf-8", "replace")[:LONGEST_NAME]
