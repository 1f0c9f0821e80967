"""Letters moved by half the alphabet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from backtalk.decode.codec import Respelling
from backtalk.model.decoding import Span, Value

LOWER, UPPER = b"abcdefghijklmnopqrstuvwxyz", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
TURNED = bytes.maketrans(LOWER + UPPER, LOWER[13:] + LOWER[:13] + UPPER[13:] + UPPER[:13])


class Rot13(Respelling):
    ID: ClassVar[str] = "rot13"
    REFERENCES: ClassVar[tuple[str, ...]] = ("The Jargon File, rot13",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "needles under 8 bytes",
        "what is packed within it, unless the needle stands there plainly as well",
        "other distances",
    )
    TEXT: ClassVar[bool] = True

    def form(self, literal: bytes) -> bytes:
        return literal.translate(TURNED)

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        del params
        return data[slice(*span)].translate(TURNED)
