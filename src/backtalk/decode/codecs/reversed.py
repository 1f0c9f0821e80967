"""Bytes written backwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from backtalk.decode.codec import Respelling
from backtalk.model.decoding import Span, Value


class Reversed(Respelling):
    ID: ClassVar[str] = "reversed"
    REFERENCES: ClassVar[tuple[str, ...]] = ("MITRE ATT&CK T1027, obfuscated data",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "needles under 8 bytes",
        "what is packed within it, unless the needle stands there plainly as well",
    )

    def form(self, literal: bytes) -> bytes:
        return literal[::-1]

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        del params
        return data[slice(*span)][::-1]
