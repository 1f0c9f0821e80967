"""MD4 (RFC 1320): what is left of it is NTLM and old file shares."""

from __future__ import annotations

import struct

MASK = 0xFFFFFFFF
ROUND_1 = tuple((place, shift) for place, shift in zip(range(16), (3, 7, 11, 19) * 4, strict=True))
ROUND_2 = tuple(zip((0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15), (3, 5, 9, 13) * 4, strict=True))
ROUND_3 = tuple(zip((0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15), (3, 9, 11, 15) * 4, strict=True))


def md4(data: bytes) -> bytes:
    """The 16 bytes of MD4."""
    message = data + b"\x80" + b"\0" * ((55 - len(data)) % 64) + struct.pack("<Q", len(data) * 8)
    state: tuple[int, ...] = (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476)
    for words in struct.iter_unpack("<16I", message):
        a, b, c, d = state
        for place, shift in ROUND_1:
            a, b, c, d = d, _turned(a + (b & c | ~b & d) + words[place], shift), b, c
        for place, shift in ROUND_2:
            a, b, c, d = d, _turned(a + (b & c | b & d | c & d) + words[place] + 0x5A827999, shift), b, c
        for place, shift in ROUND_3:
            a, b, c, d = d, _turned(a + (b ^ c ^ d) + words[place] + 0x6ED9EBA1, shift), b, c
        state = tuple((old + new) & MASK for old, new in zip(state, (a, b, c, d), strict=True))
    return struct.pack("<4I", *state)


def _turned(value: int, shift: int) -> int:
    value &= MASK
    return (value << shift | value >> (32 - shift)) & MASK
