"""Protocol Buffers messages one after another, each behind its length."""

from __future__ import annotations

from typing import ClassVar

from backtalk.decode.codecs.protobuf import Message, varint
from backtalk.decode.codecs.records import NotRecordsError, Parsed, Records

EXACT = 7.0
"""Bits that a length says which fits what follows it."""


class Delimited(Records):
    ID: ClassVar[str] = "delimited"
    SHAPE: ClassVar[str] = "delimited"
    REFERENCES: ClassVar[tuple[str, ...]] = ("Protocol Buffers, Techniques: streaming multiple messages",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "streams that are cut short",
        "lengths that are no varints, save gRPC's",
        "see protobuf",
    )

    def parse(self, data: bytes) -> Parsed:
        message = Message(data)
        at, bits, count = 0, 0.0, 0
        while at < len(data):
            size, start = varint(data, at, len(data))
            at = start + size
            if not size or at > len(data):
                raise NotRecordsError("no message of that length")
            bits += message.fill(start, at, f"[{count}]") + EXACT
            count += 1
        return Parsed(message.fields, bits)
