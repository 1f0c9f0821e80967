"""JSON XORed with a key that repeats, in base64. Made up after what other programs do."""

from __future__ import annotations

import base64
from itertools import cycle
from typing import ClassVar

from backtalk.range.builds import Collector
from backtalk.range.sending.keys import XOR_KEY, Keys
from backtalk.range.sending.message import Packaging, Packed
from backtalk.range.sending.record import Record, decoded, encoded


class Xor(Packaging):
    ID: ClassVar[str] = "xor"
    TITLE: ClassVar[str] = "Base64 of XOR with a repeating key"
    REFERENCES: ClassVar[tuple[str, ...]] = ("made up for the range",)
    PATH: ClassVar[str] = "/x1/up"

    def pack(self, records: tuple[Record, ...], to: Collector, keys: Keys) -> tuple[Packed, ...]:
        """One text for all."""
        return (Packed(path=self.PATH, type="text/plain", body=base64.b64encode(_xored(encoded(records)))),)

    def unpack(self, packed: Packed, keys: Keys) -> tuple[Record, ...]:
        """With the key that stands in the program."""
        return decoded(_xored(base64.b64decode(packed.body, validate=True)))


def _xored(data: bytes) -> bytes:
    return bytes(byte ^ key for byte, key in zip(data, cycle(XOR_KEY), strict=False))
