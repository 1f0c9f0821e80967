"""xxHash (Collet): XXH32, XXH64 and XXH3, seed 0; XXH3 of at most 240 bytes, as identifiers and addresses are."""

from __future__ import annotations

import struct

M32, M64, M128 = (1 << 32) - 1, (1 << 64) - 1, (1 << 128) - 1
A1, A2, A3, A4, A5 = 0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1
P1, P2, P3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
P4, P5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5
MIX_1, MIX_2 = 0x165667919E3779F9, 0x9FB21C651E98DF25
LONGEST = 240
"""Bytes of which XXH3 is known here; beyond, it works in another way."""

SECRET = bytes.fromhex(
    "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221"
    "b8084674f743248ee03590e6813a264c3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8a8"
    "fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364eac5ac8334d3ebc3c581a0fffa1363eb17"
    "0ddd51b7f0da49d316552629d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e"
)


def xxh32(data: bytes) -> bytes:
    """XXH32, canonical (big end first)."""
    at = 0
    if len(data) >= 16:
        lanes = [(A1 + A2) & M32, A2, 0, -A1 & M32]
        while at + 16 <= len(data):
            for lane, word in enumerate(struct.unpack_from("<4I", data, at)):
                lanes[lane] = _turned_32((lanes[lane] + word * A2) & M32, 13) * A1 & M32
            at += 16
        state = sum(_turned_32(lane, turn) for lane, turn in zip(lanes, (1, 7, 12, 18), strict=True))
    else:
        state = A5
    state = (state + len(data)) & M32
    while at + 4 <= len(data):
        state = _turned_32((state + _u32(data, at) * A3) & M32, 17) * A4 & M32
        at += 4
    for byte in data[at:]:
        state = _turned_32((state + byte * A5) & M32, 11) * A1 & M32
    return struct.pack(">I", _final_32(state))


def xxh64(data: bytes) -> bytes:
    """XXH64, canonical (big end first)."""
    at = 0
    if len(data) >= 32:
        lanes = [(P1 + P2) & M64, P2, 0, -P1 & M64]
        while at + 32 <= len(data):
            for lane, word in enumerate(struct.unpack_from("<4Q", data, at)):
                lanes[lane] = _round(lanes[lane], word)
            at += 32
        state = sum(_turned(lane, turn) for lane, turn in zip(lanes, (1, 7, 12, 18), strict=True)) & M64
        for lane in lanes:
            state = ((state ^ _round(0, lane)) * P1 + P4) & M64
    else:
        state = P5
    state = (state + len(data)) & M64
    while at + 8 <= len(data):
        state = (_turned(state ^ _round(0, _u64(data, at)), 27) * P1 + P4) & M64
        at += 8
    if at + 4 <= len(data):
        state = (_turned(state ^ _u32(data, at) * P1 & M64, 23) * P2 + P3) & M64
        at += 4
    for byte in data[at:]:
        state = _turned(state ^ byte * P5 & M64, 11) * P1 & M64
    return struct.pack(">Q", _avalanche_64(state))


def xxh3_64(data: bytes) -> bytes:
    """XXH3 in 64 bits, canonical. ValueError for more than 240 bytes."""
    size = len(data)
    if size > LONGEST:
        raise ValueError("XXH3 of more than 240 bytes")
    if size > 128:
        state = size * P1
        state += sum(_mix_16(data, 16 * part, 16 * part) for part in range(8))
        state = _avalanche(state & M64)
        state += sum(_mix_16(data, 16 * part, 16 * part - 125) for part in range(8, size // 16))
        state = _avalanche((state + _mix_16(data, size - 16, 136 - 17)) & M64)
    elif size > 16:
        state = size * P1
        for part in range((size - 1) // 32, -1, -1):
            state += _mix_16(data, 16 * part, 32 * part) + _mix_16(data, size - 16 * (part + 1), 32 * part + 16)
        state = _avalanche(state & M64)
    elif size > 8:
        low = _u64(data, 0) ^ _flip(24, 32)
        high = _u64(data, size - 8) ^ _flip(40, 48)
        state = _avalanche((size + _swapped_64(low) + high + _folded(low * high)) & M64)
    elif size >= 4:
        state = (_u32(data, size - 4) + (_u32(data, 0) << 32)) ^ _flip(8, 16)
        state ^= _turned(state, 49) ^ _turned(state, 24)
        state = state * MIX_2 & M64
        state = (state ^ (state >> 35) + size) * MIX_2 & M64
        state ^= state >> 28
    elif size:
        key = _u32(SECRET, 0) ^ _u32(SECRET, 4)
        state = _avalanche_64(_short(data) ^ key)
    else:
        state = _avalanche_64(_flip(56, 64))
    return struct.pack(">Q", state)


def xxh3_128(data: bytes) -> bytes:
    """XXH3 in 128 bits, canonical (the high half first). ValueError for more than 240 bytes."""
    size = len(data)
    if size > LONGEST:
        raise ValueError("XXH3 of more than 240 bytes")
    if size > 16:
        low, high = _long_128(data)
    elif size > 8:
        low, high = _middle_128(data)
    elif size >= 4:
        value = (_u32(data, 0) + (_u32(data, size - 4) << 32)) ^ _flip(16, 24)
        product = value * (P1 + (size << 2) & M64) & M128
        low, high = product & M64, product >> 64
        high = (high + (low << 1)) & M64
        low ^= high >> 3
        low = (low ^ low >> 35) * MIX_2 & M64
        low ^= low >> 28
        high = _avalanche(high)
    elif size:
        small = _short(data)
        turned = _turned_32(_swapped_32(small), 13)
        low = _avalanche_64(small ^ _u32(SECRET, 0) ^ _u32(SECRET, 4))
        high = _avalanche_64(turned ^ _u32(SECRET, 8) ^ _u32(SECRET, 12))
    else:
        low, high = _avalanche_64(_flip(64, 72)), _avalanche_64(_flip(80, 88))
    return struct.pack(">QQ", high, low)


def _long_128(data: bytes) -> tuple[int, int]:
    size = len(data)
    low, high = size * P1 & M64, 0
    if size > 128:
        for part in range(4):
            low, high = _mix_32(low, high, data, (32 * part, 32 * part + 16), 32 * part)
        low, high = _avalanche(low), _avalanche(high)
        for part in range(4, size // 32):
            low, high = _mix_32(low, high, data, (32 * part, 32 * part + 16), 3 + 32 * (part - 4))
        low, high = _mix_32(low, high, data, (size - 16, size - 32), 136 - 17 - 16)
    else:
        for part in range((size - 1) // 32, -1, -1):
            low, high = _mix_32(low, high, data, (16 * part, size - 16 * (part + 1)), 32 * part)
    first = (low + high) & M64
    second = (low * P1 + high * P4 + size * P2) & M64
    return _avalanche(first), -_avalanche(second) & M64


def _middle_128(data: bytes) -> tuple[int, int]:
    size = len(data)
    first, last = _u64(data, 0), _u64(data, size - 8)
    product = (first ^ last ^ _flip(32, 40)) * P1
    low, high = product & M64, product >> 64
    low = (low + (size - 1 << 54)) & M64
    last ^= _flip(48, 56)
    high = (high + last + (last & M32) * (A2 - 1)) & M64
    low ^= _swapped_64(high)
    product = low * P2
    low, carried = product & M64, product >> 64
    return _avalanche(low), _avalanche((carried + high * P2) & M64)


def _mix_16(data: bytes, at: int, secret: int) -> int:
    return _folded((_u64(data, at) ^ _u64(SECRET, secret)) * (_u64(data, at + 8) ^ _u64(SECRET, secret + 8)))


def _mix_32(low: int, high: int, data: bytes, places: tuple[int, int], secret: int) -> tuple[int, int]:
    one, two = places
    low = (low + _mix_16(data, one, secret)) & M64 ^ (_u64(data, two) + _u64(data, two + 8)) & M64
    high = (high + _mix_16(data, two, secret + 16)) & M64 ^ (_u64(data, one) + _u64(data, one + 8)) & M64
    return low, high


def _short(data: bytes) -> int:
    size = len(data)
    return data[0] << 16 | data[size >> 1] << 24 | data[size - 1] | size << 8


def _flip(one: int, other: int) -> int:
    return _u64(SECRET, one) ^ _u64(SECRET, other)


def _folded(product: int) -> int:
    return product & M64 ^ product >> 64 & M64


def _u32(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")


def _u64(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 8], "little")


def _swapped_32(value: int) -> int:
    return int.from_bytes(value.to_bytes(4, "little"), "big")


def _swapped_64(value: int) -> int:
    return int.from_bytes(value.to_bytes(8, "little"), "big")


def _round(lane: int, word: int) -> int:
    return _turned((lane + word * P2) & M64, 31) * P1 & M64


def _turned_32(value: int, shift: int) -> int:
    return (value << shift | value >> (32 - shift)) & M32


def _turned(value: int, shift: int) -> int:
    return (value << shift | value >> (64 - shift)) & M64


def _final_32(value: int) -> int:
    value = (value ^ value >> 15) * A2 & M32
    value = (value ^ value >> 13) * A3 & M32
    return value ^ value >> 16


def _avalanche_64(value: int) -> int:
    value = (value ^ value >> 33) * P2 & M64
    value = (value ^ value >> 29) * P3 & M64
    return value ^ value >> 32


def _avalanche(value: int) -> int:
    value = (value ^ value >> 37) * MIX_1 & M64
    return value ^ value >> 32
