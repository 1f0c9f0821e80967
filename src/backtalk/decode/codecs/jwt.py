"""JSON web tokens, signed or encrypted: header and payload; signatures and ciphertext stay what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Codec, Layer
from backtalk.decode.codecs.base64 import decoded
from backtalk.model.decoding import Opaque, Span, Value

TOKEN = re.compile(rb"(ey(?<![A-Za-z0-9_-]ey)[A-Za-z0-9_-]{6,}+)\.([A-Za-z0-9_-]{2,}+)\.[A-Za-z0-9_-]*+")
"""An expression that begins with letters is fast: what may not stand before them is asked after them."""
PARTS = ("header", "payload")


class Jwt(Codec):
    ID: ClassVar[str] = "jwt"
    PATTERNS: ClassVar[tuple[str, ...]] = (r"(?:^|[^A-Za-z0-9_-])ey[A-Za-z0-9_-]{6}",)
    REFERENCES: ClassVar[tuple[str, ...]] = ("RFC 7515 (JWS)", "RFC 7519 (JWT)")
    LIMITATIONS: ClassVar[tuple[str, ...]] = ("detached payloads", "the JSON serialization is read as JSON and base64")
    TEXT: ClassVar[bool] = True

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        del meter
        for low, high in free:
            for match in TOKEN.finditer(buffer.data, low, high):
                parts = [self._opened(match[number]) for number in (1, 2)]
                if parts[0] is None or not parts[0].startswith(b"{"):
                    continue
                for number, inside in enumerate(parts):
                    if inside:
                        yield Layer(span=match.span(number + 1), data=inside, params={"part": PARTS[number]})

    def _opened(self, letters: bytes) -> bytes | None:
        try:
            return decoded(letters)
        except ValueError:
            return None

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        del params
        return decoded(data[slice(*span)])
