"""Texts in Java's object serialization streams."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Layer, Leaf, Structure
from backtalk.model.decoding import Opaque, Span, Value

STREAM = re.compile(rb"\xac\xed\x00\x05")
TEXT = re.compile(
    rb"\x74(..)|\x7c\x00\x00\x00\x00(....)|\x77(.)|\x7a(....)|\x72(\x00.)(?=[A-Za-z\[])|[BCDFIJSZL\[](\x00.)(?=[A-Za-z_$])",
    re.DOTALL,
)
KINDS = ("text", "text", "block", "block", "class", "field")
MODIFIED = re.compile(rb"\xc0\x80|\xed[\xa0-\xbf][\x80-\xbf]")


class JavaSerialized(Structure):
    ID: ClassVar[str] = "java"
    PATTERNS: ClassVar[tuple[str, ...]] = (r"\xac\xed\x00\x05",)
    REFERENCES: ClassVar[tuple[str, ...]] = ("Java Object Serialization Specification, chapter 6",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "fields are not named: texts and blocks of bytes are found by their marks",
        "arrays of characters and bytes",
    )

    def leaves(self, data: bytes) -> Sequence[Leaf]:
        stream = STREAM.search(data)
        found: list[Leaf] = []
        at = stream.end() if stream else len(data)
        while match := TEXT.search(data, at):
            kind = KINDS[(match.lastindex or 1) - 1]
            size = int.from_bytes(match[match.lastindex or 1], "big")
            span = (match.end(), match.end() + size)
            at = match.start() + 1
            if size and span[1] <= len(data) and (kind == "block" or self._text(data[slice(*span)]) is not None):
                found.append(Leaf(span=span, params={"kind": kind}))
                at = span[1]
        return found

    def _text(self, packed: bytes) -> str | None:
        """Modified UTF-8 as text."""
        try:
            wide = packed.replace(b"\xc0\x80", b"\x00").decode("utf-8", "surrogatepass")
            return wide.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        except UnicodeError:
            return None

    def open(self, packed: bytes, params: Mapping[str, Value]) -> bytes:
        text = self._text(packed) if params.get("kind") == "text" and MODIFIED.search(packed) else None
        return packed if text is None else text.encode()

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        """Every text and block: marks beside them look like letters."""
        del meter
        yield from self.every(buffer, free)
