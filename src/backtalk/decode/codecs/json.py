"""String values and keys of JSON: documents, one a line, cut short, or embedded in other text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar

from backtalk.decode.codec import Leaf, Names
from backtalk.decode.native.escapes import JSON, undo
from backtalk.model.decoding import Value

TOKEN = re.compile(rb'"((?:[^"\\]++|\\.)*+)(?:"|\Z)|[{}\[\]:,]|[^\s{}\[\]:,"]++', re.DOTALL)
IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$-]*")
DEEPEST = 1000
LONGEST_PATH = 512
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


class Frame:
    """An object or array being read: its path, and what stands next in it."""

    __slots__ = ("index", "key", "object", "path", "wants_key")

    def __init__(self, path: str, *, is_object: bool) -> None:
        self.path = path
        self.object = is_object
        self.wants_key = is_object
        self.key = ""
        self.index = 0

    @property
    def here(self) -> str:
        """The path of the value that stands next; a path over its length stays what it is."""
        if len(self.path) > LONGEST_PATH:
            return self.path
        return self.path + (self.key if self.object else f"[{self.index}]")


class Json(Names):
    ID: ClassVar[str] = "json"
    PATTERNS: ClassVar[tuple[str, ...]] = (r'\\["\\/bfnrtu]',)
    REFERENCES: ClassVar[tuple[str, ...]] = ("RFC 8259", "RFC 9535 (paths)")
    LIMITATIONS: ClassVar[tuple[str, ...]] = ("names of paths longer than 512 letters are cut",)
    SWEPT: ClassVar[bool] = True
    ESCAPE: ClassVar[re.Pattern[bytes]] = re.compile(rb'(?:\\u[0-9A-Fa-f]{4})+|(?:\\\\)+|\\["/bfnrt]')

    def substitute(self, packed: bytes, params: Mapping[str, Value]) -> bytes:
        del params
        return undo(packed, JSON)

    def replace(self, escape: re.Match[bytes]) -> bytes:
        return unescaped(escape[0])

    def leaves(self, data: bytes) -> Sequence[Leaf]:
        """Every string, by a reader that forgives: what is no JSON gets odd paths, never a failure."""
        stack: list[Frame] = []
        found: list[Leaf] = []
        begins = len(data) - len(data.lstrip())
        for token in TOKEN.finditer(data):
            kind = token[0][:1]
            frame = stack[-1] if stack else None
            if kind == b'"':
                self._string(token, frame, found, first=token.start() == begins)
            elif kind in b"{[":
                if len(stack) >= DEEPEST:
                    stack.clear()
                stack.append(Frame(frame.here if frame else "$", is_object=kind == b"{"))
            elif frame is None:
                continue
            elif kind in b"}]":
                stack.pop()
            elif kind == b",":
                frame.index += 1
                frame.wants_key = frame.object
            elif kind == b":":
                frame.wants_key = False
            elif token[0].endswith(b"\\"):
                stack.clear()  # a quote escaped outside a string: JSON inside some other string
            elif frame.wants_key:
                frame.key = self.member(token[0])
        return found

    def _string(self, token: re.Match[bytes], frame: Frame | None, found: list[Leaf], *, first: bool) -> None:
        if frame is None:
            if first:
                found.append(Leaf(span=token.span(1), params={"path": "$"}))
            return
        if frame.wants_key:
            frame.key = self.member(token[1])
            found.append(Leaf(span=token.span(1), params={"path": frame.here, "key": True}))
            return
        params: dict[str, Value] = {"path": frame.here}
        found.append(Leaf(span=token.span(1), params=params))

    def member(self, packed: bytes) -> str:
        """A key as a piece of a path."""
        name = self.substitute(packed[: LONGEST_KEY * 6], {}).decode("utf-8", "replace")[:LONGEST_KEY]
        return f".{name}" if IDENTIFIER.fullmatch(name) else f"[{name!r}]"
