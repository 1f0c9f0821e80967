"""All printable ASCII characters moved by half their number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from backtalk.decode.codec import Respelling
from backtalk.model.decoding import Span, Value

PRINTABLE = bytes(range(33, 127))
TURNED = bytes.maketrans(PRINTABLE, PRINTABLE[47:] + PRINTABLE[:47])


class Rot47(Respelling):
    ID: ClassVar[str] = "rot47"
    REFERENCES: ClassVar[tuple[str, ...]] = ("ASCII (ANSI X3.4-1986), graphic characters 0x21 to 0x7e",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "needles under 8 bytes, and needles written in other cases",
        "what is packed within it, unless the needle stands there plainly as well",
    )
    TEXT: ClassVar[bool] = True
    DELIMITERS: ClassVar[bytes] = bytes(range(33)) + b'"\x7f'

    def form(self, literal: bytes) -> bytes:
        return literal.translate(TURNED)

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        del params
        return data[slice(*span)].translate(TURNED)
