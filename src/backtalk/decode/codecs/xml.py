"""Texts and attributes of XML, named by the elements around them; property lists by their keys."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar

from backtalk.decode.codec import Leaf, Names
from backtalk.decode.codecs.entities import Entities
from backtalk.model.decoding import Value

DECLARED = re.compile(rb"\s*(?:\xef\xbb\xbf)?<\?xml\b")
ROOT = re.compile(
    rb"\s*<(?!/?(?:a|b|i|p|br|em|li|td|ul|div|img|svg|body|head|html|link|meta|span|table|title|strong|style|script)\b)"
    rb"([A-Za-z_][\w.:-]*)[\s/>]",
    re.IGNORECASE,
)
"""The first element of a document that does not say it is XML: HTML begins with others."""
PIECE = re.compile(
    rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[(?P<raw>.*?)(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)|<![^<>]*+>"
    rb"|</(?P<close>[^\s<>]++)\s*>|<(?P<open>[^\s/<>!?]++)(?P<rest>(?:[^<>\"']|\"[^<\"]*+\"|'[^<']*+')*+)>|(?P<text>[^<]++)",
    re.DOTALL,
)
ATTRIBUTE = re.compile(rb"""([^\s=/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
DEEPEST = 200
LONGEST_PATH = 512


class Xml(Names):
    ID: ClassVar[str] = "xml"
    PATTERNS: ClassVar[tuple[str, ...]] = (
        r"^\s*<[^>]*>[^&]*&(?:#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6}|lt|gt|amp|quot|apos);",
        "^<\\?xml ",
    )
    REFERENCES: ClassVar[tuple[str, ...]] = ("Extensible Markup Language 1.0", "Apple, PropertyList-1.0.dtd")
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "documents that do not begin the buffer, or are cut short without an XML declaration",
        "HTML, which is read as text",
        "entities that the document itself declares",
    )
    ESCAPE: ClassVar[re.Pattern[bytes]] = Entities.ESCAPE
    ENTITIES: ClassVar[Entities] = Entities()

    def replace(self, escape: re.Match[bytes]) -> bytes:
        return self.ENTITIES.replace(escape)

    def escape(self, params: Mapping[str, Value]) -> re.Pattern[bytes]:
        return NOTHING if params.get("raw") else self.ESCAPE

    def plain(self, packed: bytes, params: Mapping[str, Value]) -> bool:
        """CDATA is opened by itself: its brackets look like JSON's."""
        return not params.get("raw") and super().plain(packed, params)

    def leaves(self, data: bytes) -> Sequence[Leaf]:
        root = ROOT.match(data)
        if not DECLARED.match(data) and not (root and data.rstrip().endswith((b"</" + root[1] + b">", b"/>"))):
            return ()
        stack: list[str] = []
        found: list[Leaf] = []
        key = ""
        for piece in PIECE.finditer(data):
            kind = piece.lastgroup
            if kind == "close":
                if stack:
                    stack.pop()
            elif kind in {"open", "rest"}:
                self._element(piece, stack, found)
            elif kind in {"text", "raw"} and piece[kind].strip():
                where = self._path(stack, key)
                if stack and stack[-1] == "key":
                    key = piece[kind].decode("utf-8", "replace")[:100]
                    continue
                key = "" if not stack or stack[-1] != "key" else key
                params: dict[str, Value] = {"path": where, "raw": True} if kind == "raw" else {"path": where}
                found.append(Leaf(span=piece.span(kind), params=params))
        return found

    def _element(self, piece: re.Match[bytes], stack: list[str], found: list[Leaf]) -> None:
        name = piece["open"].decode("utf-8", "replace")[:100]
        rest = piece["rest"]
        stack.append(name)
        for attribute in ATTRIBUTE.finditer(rest):
            number = 2 if attribute[2] is not None else 3
            if attribute[number]:
                at = piece.start("rest")
                start, end = attribute.span(number)
                path = f"{self._path(stack, '')}@{attribute[1].decode('utf-8', 'replace')[:100]}"
                found.append(Leaf(span=(at + start, at + end), params={"path": path}))
        if rest.endswith(b"/") or len(stack) > DEEPEST:
            stack.pop()

    def _path(self, stack: Sequence[str], key: str) -> str:
        return ("/".join(["", *stack]) + (f"[{key!r}]" if key else ""))[-LONGEST_PATH:]


NOTHING = re.compile(rb"(?!)")
