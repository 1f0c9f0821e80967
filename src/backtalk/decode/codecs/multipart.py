"""Parts of a multipart body, in binary as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Layer, Leaf, Structure
from backtalk.model.decoding import Opaque, Span, Value

OPENING = re.compile(rb"--(?:(?<=\n--)|(?<=\A--))([^\r\n]{1,200})\r?\n(?=[A-Za-z0-9-]{1,64}:)")
HEADERS = re.compile(rb"((?:[^\r\n]++\r?\n)*+)\r?\n")
PARAMETER = re.compile(rb'[;\s](filename|name)="((?:[^"\\\r\n]++|\\.)*+)"', re.IGNORECASE)
LONGEST_NAME = 256


class Multipart(Structure):
    ID: ClassVar[str] = "multipart"
    PATTERNS: ClassVar[tuple[str, ...]] = (r"(?:^|\n)--[^\r\n]{1,200}\r?\n[A-Za-z0-9-]{1,64}:",)
    REFERENCES: ClassVar[tuple[str, ...]] = ("RFC 2046, section 5.1", "RFC 7578")
    LIMITATIONS: ClassVar[tuple[str, ...]] = ("filename* (RFC 5987) is not decoded", "quoted-printable parts")

    def leaves(self, data: bytes) -> Sequence[Leaf]:
        begins = data.startswith(b"--") or b"\n--" in data
        opening = OPENING.search(data) if begins else None
        if not opening:
            return ()
        delimiter = b"--" + opening[1]
        found: list[Leaf] = []
        at = opening.start(1) - 2
        while at >= 0:
            end = data.find(b"\n" + delimiter, at)
            stop = len(data) if end < 0 else end - (data[end - 1 : end] == b"\r")
            line = data.find(b"\n", at, stop) + 1
            headers = HEADERS.match(data, line, stop) if line else None
            if headers and headers.end() < stop:
                found.append(Leaf(span=(headers.end(), stop), params=self.names(headers[1])))
            at = -1 if end < 0 else end + 1
        return found

    def names(self, headers: bytes) -> dict[str, Value]:
        """The name and file name that a part's headers give it."""
        return {
            match[1].decode().lower(): match[2].decode("utf-8", "replace")[:LONGEST_NAME]
            for match in PARAMETER.finditer(headers)
        }

    def open(self, packed: bytes, params: Mapping[str, Value]) -> bytes:
        del params
        return packed

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        """Every part: what a part's bytes are shows only where they begin."""
        del meter
        yield from self.every(buffer, free)
