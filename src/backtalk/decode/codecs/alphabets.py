"""Base64 whose alphabet is written in another order."""

from __future__ import annotations

import binascii
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from math import log2
from typing import ClassVar

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Codec, Layer
from backtalk.decode.codecs.base64 import holds_sense
from backtalk.decode.codecs.letters import SENSE, within
from backtalk.decode.codecs.records import text_bits
from backtalk.decode.native.letters import ORDERS
from backtalk.model.decoding import Opaque, Span, Value

STANDARD = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
OTHER_SIGNS = bytes.maketrans(b"+/", b"-_")
CHANCE = 12.0
"""Bits that 18 bytes which are printable by chance have too many: without these, 4 of a million random runs of 24
letters are text in some order."""
ENOUGH = SENSE + log2(len(ORDERS)) + CHANCE
"""Bits of evidence for text that was chosen among so many readings."""


def decoded(letters: bytes, name: str) -> bytes:
    """The bytes that letters stand for in the alphabet of that name; ValueError when they stand for none."""
    order = ORDERS[name]
    if b"+" in order and b"/" in order:
        letters, order = letters.translate(OTHER_SIGNS), order.translate(OTHER_SIGNS)
    if letters.translate(None, order) or len(letters) % 4 == 1:
        raise ValueError("not of this alphabet")
    plain = letters.translate(bytes.maketrans(order, STANDARD))
    return binascii.a2b_base64(plain + b"=" * (-len(plain) % 4))


@lru_cache(maxsize=1 << 10)
def order_of(letters: bytes) -> str | None:
    """The name of the first order in which the letters are text; None for none, and for base64 as usual."""
    if b"." not in letters and holds_sense(letters):
        return None
    for name in ORDERS:
        try:
            bits = text_bits(decoded(letters, name))
        except ValueError:
            continue
        if bits is not None and bits >= ENOUGH:
            return name
    return None


class Alphabets(Codec):
    ID: ClassVar[str] = "base64-order"
    RUNS: ClassVar[str] = "ordered"
    REFERENCES: ClassVar[tuple[str, ...]] = (
        "RFC 4648, section 3.4 (choosing the alphabet)",
        "MITRE ATT&CK T1132.002, non-standard encoding",
    )
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "runs under 24 letters, or that do not begin with 18 bytes of ASCII text",
        "alphabets in an order that follows no rule",
    )
    TEXT: ClassVar[bool] = True
    TOKEN: ClassVar[bool] = True

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        for start, high in buffer.runs.ordered:
            end = high - ((high - start) % 4 == 1)  # a last letter that no base64 has
            letters = buffer.data[start:end]
            if not within((start, end), free) or not meter.spend(1, len(letters)):
                continue
            name = order_of(letters)
            if name:
                yield Layer(span=(start, end), data=decoded(letters, name), params={"order": name})

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        name = params.get("order")
        if name not in ORDERS:
            raise ValueError("no such order")
        return decoded(data[slice(*span)], str(name))
