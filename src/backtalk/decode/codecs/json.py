"""String values and keys of JSON: documents, one a line, cut short, or embedded in other text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar

from backtalk.decode.codec import Leaf, Names
from backtalk.decode.native.escapes import JSON
from backtalk.decode.native.json import strings
from backtalk.model.decoding import Span, Value

IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$-]*")
LONGEST_KEY = 100

SHORT = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t"}


def unescaped(escape: bytes) -> bytes:
    r"""The bytes that one short escape, or a run of \uXXXX or of backslashes, stands for."""
    if escape[1:2] == b"\\":
        return escape[: len(escape) // 2]
    if escape[1:2] == b"u":
        pairs = bytes.fromhex(escape.replace(rb"\u", b"").decode())
        return pairs.decode("utf-16-be", "surrogatepass").encode("utf-8", "surrogatepass")
    return SHORT.get(escape[1:], escape[1:])


class Json(Names):
    ID: ClassVar[str] = "json"
    MARKS: ClassVar[tuple[str, ...]] = ("json",)
    REFERENCES: ClassVar[tuple[str, ...]] = ("RFC 8259", "RFC 9535 (paths)")
    LIMITATIONS: ClassVar[tuple[str, ...]] = ("names of paths longer than 512 letters are cut",)
    SWEPT: ClassVar[bool] = True
    OPENING: ClassVar[bytes] = b'"'
    ESCAPE: ClassVar[re.Pattern[bytes]] = re.compile(rb'(?:\\u[0-9A-Fa-f]{4})+|(?:\\\\)+|\\["/bfnrt]')

    def kind(self, params: Mapping[str, Value]) -> int | None:
        del params
        return JSON

    def replace(self, escape: re.Match[bytes]) -> bytes:
        return unescaped(escape[0])

    def leaves(self, data: bytes) -> Sequence[Leaf]:
        """Every string, by a reader that forgives: what is no JSON gets odd paths, never a failure."""
        return self.near(data, [(0, len(data))])

    def near(self, data: bytes, places: Sequence[Span]) -> Sequence[Leaf]:
        return [
            Leaf(span=(start, end), params={"path": path, "key": True} if key else {"path": path})
            for start, end, path, key in strings(data, places, self.member)
        ]

    def member(self, packed: bytes) -> str:
        """A key as a piece of a path."""
        name = self.substitute(packed[: LONGEST_KEY * 6], {}).decode("utf-8", "replace")[:LONGEST_KEY]
        return f".{name}" if IDENTIFIER.fullmatch(name) else f"[{name!r}]"
