"""UTF-16 and UTF-32: texts whose letters are two or four bytes wide."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar
from unicodedata import category

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Codec, Layer
from backtalk.model.decoding import Opaque, Span, Value

LATIN = rb"[\t\n\r\x20-\x7e\xa0-\xff]"
LOW, HIGH = rb"[\x01-\x05\x1e\x20-\x22\x30\x4e-\x9f\xac-\xd7\xff]", rb"[\x00-\xff]"
"""High bytes of the scripts that text is mostly written in."""
RUNS: dict[str, re.Pattern[bytes]] = {
    "utf-32-le": re.compile(rb"(?:%b\x00\x00\x00|%b%b\x00\x00){4,}" % (LATIN, HIGH, LOW), re.DOTALL),
    "utf-32-be": re.compile(rb"(?:\x00\x00\x00%b|\x00\x00%b%b){4,}" % (LATIN, LOW, HIGH), re.DOTALL),
    "utf-16-le": re.compile(rb"(?:%b\x00){6}(?:%b\x00|%b%b)*" % (LATIN, LATIN, HIGH, LOW), re.DOTALL),
    "utf-16-be": re.compile(rb"(?:\x00%b){6}(?:\x00%b|%b%b)*" % (LATIN, LATIN, LOW, HIGH), re.DOTALL),
}
ORDER_MARKS = {
    b"\xff\xfe\x00\x00": "utf-32-le",
    b"\x00\x00\xfe\xff": "utf-32-be",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
}
"""Byte order marks, the longer ones first."""

NO_TEXT = frozenset(("Cc", "Cn", "Co", "Cs"))
"""Controls, and what no letter is assigned to."""


class Utf16(Codec):
    ID: ClassVar[str] = "utf-16"
    PATTERNS: ClassVar[tuple[str, ...]] = (r"^(?:\xff\xfe|\xfe\xff|\x00\x00\xfe\xff)",)
    MARKS: ClassVar[tuple[str, ...]] = ("units",)
    REFERENCES: ClassVar[tuple[str, ...]] = ("RFC 2781 (UTF-16)", "The Unicode Standard, section 3.10 (UTF-32)")
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "texts that begin with fewer than six Latin letters (four in UTF-32) and have no byte order mark",
        "letters of other scripts at the end of a text within a larger buffer",
    )

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        del meter
        data = buffer.data
        marked = self._marked(data) if list(free) == [(0, len(data))] else None
        if marked:
            yield marked
            return
        for low, high in free:
            runs = [
                (match.start(), match.start() + _latin_end(match[0], form), form)
                for form, run in RUNS.items()
                for match in run.finditer(data, low, high)
            ]
            at = low
            for start, end, form in sorted(runs, key=lambda run: (run[0], -run[1])):
                if start >= at and (layer := self._layer(data, (start, end), form)):
                    yield layer
                    at = end

    def _marked(self, data: bytes) -> Layer | None:
        """The whole buffer as text, when it begins with a byte order mark and all the rest can be printed."""
        mark = next((mark for mark in ORDER_MARKS if data.startswith(mark)), None)
        layer = self._layer(data, (len(mark), len(data)), ORDER_MARKS[mark]) if mark else None
        letters = set(layer.data.decode()) - set("\t\n\r") if layer else set()
        return layer if letters and NO_TEXT.isdisjoint(map(category, letters)) else None

    def _layer(self, data: bytes, span: Span, form: str) -> Layer | None:
        try:
            return Layer(span=span, data=self.undo(data, span, {"form": form}), params={"form": form})
        except ValueError:
            return None

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        form = params.get("form")
        if form not in RUNS:
            raise ValueError("no such form")
        return data[slice(*span)].decode(str(form)).encode()


def _latin_end(run: bytes, form: str) -> int:
    """Where a run's last Latin letter ends: what follows may be chance."""
    width = 4 if form.startswith("utf-32") else 2
    place = 0 if form.endswith("le") else width - 1
    zeros = bytes(width - 1)
    for at in range(len(run) - width, 0, -width):
        unit = run[at : at + width]
        if unit[:place] + unit[place + 1 :] == zeros:
            return at + width
    return width
