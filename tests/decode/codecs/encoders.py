"""Writers of the formats that codecs read, made without the code under test."""

from __future__ import annotations

import codecs
import struct
from collections.abc import Callable
from typing import NamedTuple

from hypothesis import strategies as st


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def protobuf(*fields: tuple[int, object]) -> bytes:
    """Fields in order: an int as a varint, a float as a double, bytes and text as they are, a list as a message."""
    out = b""
    for number, value in fields:
        if isinstance(value, int):
            out += varint(number << 3) + varint(value)
        elif isinstance(value, float):
            out += varint(number << 3 | 1) + struct.pack("<d", value)
        else:
            inside = (
                protobuf(*value) if isinstance(value, list) else value.encode() if isinstance(value, str) else value
            )
            out += varint(number << 3 | 2) + varint(len(inside)) + inside
    return out


def grpc(*messages: bytes, flags: int = 0) -> bytes:
    return b"".join(struct.pack(">BI", flags, len(message)) + message for message in messages)


def prefixed(message: bytes) -> bytes:
    return varint(len(message)) + message


class Packing(NamedTuple):
    """One way to pack: which codec undoes it, how it is written, and what it can hold."""

    codec: str
    encode: Callable[[bytes], bytes]
    values: st.SearchStrategy[bytes]


TEXTS = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789 ./:-"), min_size=16, max_size=80).map(str.encode)
PRINTABLE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=24, max_size=80).map(str.encode)
WIDE = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0xFFFF, exclude_categories=("Cc", "Cs", "Cn", "Co")),
    min_size=24,
    max_size=60,
).map(str.encode)

PACKINGS: dict[str, Packing] = {
    "protobuf": Packing("protobuf", lambda value: protobuf((1, 7), (2, [(3, value)]), (4, "an event")), TEXTS),
    "delimited": Packing("delimited", lambda value: 2 * prefixed(protobuf((1, 2), (2, value))), TEXTS),
    "grpc": Packing("grpc", grpc, st.binary(min_size=8, max_size=200)),
    "reversed": Packing("reversed", lambda value: value[::-1], st.binary(min_size=1)),
    "rot13": Packing("rot13", lambda value: codecs.encode(value.decode("latin-1"), "rot13").encode("latin-1"), TEXTS),
}
