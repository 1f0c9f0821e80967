"""RIPEMD-160 (Dobbertin, Bosselaers, Preneel 1996), for machines whose OpenSSL leaves it out."""

from __future__ import annotations

import struct

MASK = 0xFFFFFFFF
START = (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0)
RHO = (7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8)
LEFT_SUMS = (0, 0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xA953FD4E)
RIGHT_SUMS = (0x50A28BE6, 0x5C4DD124, 0x6D703EF3, 0x7A6D76E9, 0)
SHIFTS = (
    (11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8),
    (12, 13, 11, 15, 6, 9, 9, 7, 12, 15, 11, 13, 7, 8, 7, 7),
    (13, 15, 14, 11, 7, 7, 6, 8, 13, 14, 13, 12, 5, 5, 6, 9),
    (14, 11, 12, 14, 8, 6, 5, 5, 15, 12, 15, 14, 9, 9, 8, 6),
    (15, 12, 13, 13, 9, 5, 8, 6, 14, 11, 12, 11, 8, 6, 5, 5),
)
"""By round and message word, for both lines."""


def _orders(first: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    orders = [first]
    while len(orders) < 5:
        orders.append(tuple(RHO[word] for word in orders[-1]))
    return tuple(orders)


LEFT = _orders(tuple(range(16)))
RIGHT = _orders(tuple((9 * word + 5) % 16 for word in range(16)))


def ripemd160(data: bytes) -> bytes:
    """The 20 bytes of RIPEMD-160."""
    message = data + b"\x80" + b"\0" * ((55 - len(data)) % 64) + struct.pack("<Q", len(data) * 8)
    state: tuple[int, ...] = START
    for words in struct.iter_unpack("<16I", message):
        left = _line(state, words, LEFT, LEFT_SUMS, (0, 1, 2, 3, 4))
        right = _line(state, words, RIGHT, RIGHT_SUMS, (4, 3, 2, 1, 0))
        state = tuple((state[(at + 1) % 5] + left[(at + 2) % 5] + right[(at + 3) % 5]) & MASK for at in range(5))
    return struct.pack("<5I", *state)


def _line(
    state: tuple[int, ...],
    words: tuple[int, ...],
    orders: tuple[tuple[int, ...], ...],
    sums: tuple[int, ...],
    functions: tuple[int, ...],
) -> tuple[int, ...]:
    a, b, c, d, e = state
    for turn in range(5):
        for word in orders[turn]:
            value = (a + _mixed(functions[turn], b, c, d) + words[word] + sums[turn]) & MASK
            shift = SHIFTS[turn][word]
            value = (value << shift | value >> (32 - shift)) + e
            a, b, c, d, e = e, value & MASK, b, (c << 10 | c >> 22) & MASK, d
    return a, b, c, d, e


def _mixed(function: int, x: int, y: int, z: int) -> int:
    match function:
        case 0:
            return x ^ y ^ z
        case 1:
            return x & y | ~x & z
        case 2:
            return (x | ~y) ^ z
        case 3:
            return x & z | y & ~z
        case _:
            return x ^ (y | ~z)
