"""MurmurHash2 and 3 (Appleby), seed 0: the hashes of caches and of browser fingerprints."""

from __future__ import annotations

import struct

M32, M64 = 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF
X86_128 = ((0x239B961B, 15, 16), (0xAB0E9789, 16, 17), (0x38B34AE5, 17, 18), (0xA1E38B93, 18, 0))
"""Of each lane: its multiplier, and by how much the tail's word is turned."""
X86_BODY = ((19, 0x561CCD1B), (17, 0x0BCAA747), (15, 0x96CD1C35), (13, 0x32AC3B17))


def murmur3_32(data: bytes) -> bytes:
    """MurmurHash3_x86_32, as its number is printed (big end first)."""
    state = 0
    whole = len(data) // 4 * 4
    for (word,) in struct.iter_unpack("<I", data[:whole]):
        state ^= _mixed_32(word)
        state = (_turned_32(state, 13) * 5 + 0xE6546B64) & M32
    state ^= _mixed_32(int.from_bytes(data[whole:], "little")) ^ len(data)
    return struct.pack(">I", _final_32(state))


def murmur3_x64_128(data: bytes) -> bytes:
    """MurmurHash3_x64_128, its two numbers as they are printed (big end first)."""
    c1, c2 = 0x87C37B91114253D5, 0x4CF5AD432745937F
    one = two = 0
    whole = len(data) // 16 * 16
    for low, high in struct.iter_unpack("<QQ", data[:whole]):
        one ^= _turned_64(low * c1 & M64, 31) * c2 & M64
        one = ((_turned_64(one, 27) + two) * 5 + 0x52DCE729) & M64
        two ^= _turned_64(high * c2 & M64, 33) * c1 & M64
        two = ((_turned_64(two, 31) + one) * 5 + 0x38495AB5) & M64
    low, high = struct.unpack("<QQ", data[whole:].ljust(16, b"\0"))
    two ^= _turned_64(high * c2 & M64, 33) * c1 & M64
    one ^= _turned_64(low * c1 & M64, 31) * c2 & M64
    one, two = one ^ len(data), two ^ len(data)
    one = (one + two) & M64
    two = (two + one) & M64
    one, two = _final_64(one), _final_64(two)
    one = (one + two) & M64
    return struct.pack(">QQ", one, (two + one) & M64)


def murmur3_x64_128_le(data: bytes) -> bytes:
    """The same as it lies in memory on most machines (little end first), as Guava prints it."""
    return struct.pack("<QQ", *struct.unpack(">QQ", murmur3_x64_128(data)))


def murmur3_x86_128(data: bytes) -> bytes:
    """MurmurHash3_x86_128, its four numbers as they are printed (big end first)."""
    c = [lane[0] for lane in X86_128]
    h = [0, 0, 0, 0]
    whole = len(data) // 16 * 16
    for words in struct.iter_unpack("<4I", data[:whole]):
        for lane in range(4):
            h[lane] ^= _turned_32(words[lane] * c[lane] & M32, 15 + lane) * c[(lane + 1) % 4] & M32
            turn, add = X86_BODY[lane]
            h[lane] = ((_turned_32(h[lane], turn) + h[(lane + 1) % 4]) * 5 + add) & M32
    words = struct.unpack("<4I", data[whole:].ljust(16, b"\0"))
    for lane in range(4):
        h[lane] ^= _turned_32(words[lane] * c[lane] & M32, 15 + lane) * c[(lane + 1) % 4] & M32
        h[lane] ^= len(data)
    h = _joined(h)
    return struct.pack(">4I", *_joined([_final_32(value) for value in h]))


def murmur2_64a(data: bytes) -> bytes:
    """MurmurHash64A, as its number is printed (big end first)."""
    m = 0xC6A4A7935BD1E995
    state = len(data) * m & M64
    whole = len(data) // 8 * 8
    for (word,) in struct.iter_unpack("<Q", data[:whole]):
        mixed = word * m & M64
        state = (state ^ (mixed ^ mixed >> 47) * m & M64) * m & M64
    if tail := data[whole:]:
        state = (state ^ int.from_bytes(tail, "little")) * m & M64
    state = (state ^ state >> 47) * m & M64
    return struct.pack(">Q", state ^ state >> 47)


def _joined(h: list[int]) -> list[int]:
    first = sum(h) & M32
    return [first, *((value + first) & M32 for value in h[1:])]


def _mixed_32(word: int) -> int:
    return _turned_32(word * 0xCC9E2D51 & M32, 15) * 0x1B873593 & M32


def _turned_32(value: int, shift: int) -> int:
    return (value << shift | value >> (32 - shift)) & M32


def _turned_64(value: int, shift: int) -> int:
    return (value << shift | value >> (64 - shift)) & M64


def _final_32(value: int) -> int:
    value = (value ^ value >> 16) * 0x85EBCA6B & M32
    value = (value ^ value >> 13) * 0xC2B2AE35 & M32
    return value ^ value >> 16


def _final_64(value: int) -> int:
    value = (value ^ value >> 33) * 0xFF51AFD7ED558CCD & M64
    value = (value ^ value >> 33) * 0xC4CEB9FE1A85EC53 & M64
    return value ^ value >> 33
