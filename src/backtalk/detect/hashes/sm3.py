"""SM3 (GB/T 32905-2016), for machines whose OpenSSL leaves it out."""

from __future__ import annotations

import struct

MASK = 0xFFFFFFFF
START = (0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E)


def sm3(data: bytes) -> bytes:
    """The 32 bytes of SM3."""
    message = data + b"\x80" + b"\0" * ((55 - len(data)) % 64) + struct.pack(">Q", len(data) * 8)
    state: tuple[int, ...] = START
    for block in struct.iter_unpack(">16I", message):
        state = tuple(old ^ new for old, new in zip(state, _compressed(state, _expanded(block)), strict=True))
    return struct.pack(">8I", *state)


def _expanded(block: tuple[int, ...]) -> list[int]:
    words = list(block)
    for at in range(16, 68):
        value = words[at - 16] ^ words[at - 9] ^ _turned(words[at - 3], 15)
        value ^= _turned(value, 15) ^ _turned(value, 23)
        words.append(value ^ _turned(words[at - 13], 7) ^ words[at - 6])
    return words


def _compressed(state: tuple[int, ...], words: list[int]) -> tuple[int, ...]:
    a, b, c, d, e, f, g, h = state
    for turn in range(64):
        constant = 0x79CC4519 if turn < 16 else 0x7A879D8A
        first = _turned((_turned(a, 12) + e + _turned(constant, turn % 32)) & MASK, 7)
        second = first ^ _turned(a, 12)
        if turn < 16:
            left, right = a ^ b ^ c, e ^ f ^ g
        else:
            left, right = a & b | a & c | b & c, e & f | ~e & g
        one = (left + d + second + (words[turn] ^ words[turn + 4])) & MASK
        two = (right + h + first + words[turn]) & MASK
        a, b, c, d = one, a, _turned(b, 9), c
        e, f, g, h = two ^ _turned(two, 9) ^ _turned(two, 17), e, _turned(f, 19), g
    return a, b, c, d, e, f, g, h


def _turned(value: int, shift: int) -> int:
    return (value << shift | value >> (32 - shift)) & MASK
