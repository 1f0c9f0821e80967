"""BLAKE3 (O'Connor, Aumasson, Neves, Wilcox-O'Hearn 2020), unkeyed, 32 bytes."""

from __future__ import annotations

import struct

MASK = 0xFFFFFFFF
START = (0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19)
SHUFFLE = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
MIXES = (
    (0, 4, 8, 12),
    (1, 5, 9, 13),
    (2, 6, 10, 14),
    (3, 7, 11, 15),
    (0, 5, 10, 15),
    (1, 6, 11, 12),
    (2, 7, 8, 13),
    (3, 4, 9, 14),
)
CHUNK, BLOCK = 1024, 64
CHUNK_START, CHUNK_END, PARENT, ROOT = 1, 2, 4, 8


def blake3(data: bytes) -> bytes:
    """The first 32 bytes of BLAKE3."""
    chunks = [data[at : at + CHUNK] for at in range(0, len(data), CHUNK)] or [b""]
    if len(chunks) == 1:
        return struct.pack("<8I", *_chunk(chunks[0], 0, ROOT))
    return struct.pack("<8I", *_tree([_chunk(chunk, number, 0) for number, chunk in enumerate(chunks)], ROOT))


def _tree(values: list[tuple[int, ...]], flag: int) -> tuple[int, ...]:
    """The root over these chaining values; the left side is the largest power of two that leaves a right one."""
    if len(values) == 1:
        return values[0]
    left = 1 << ((len(values) - 1).bit_length() - 1)
    return _compressed(START, (*_tree(values[:left], 0), *_tree(values[left:], 0)), 0, BLOCK, PARENT | flag)


def _chunk(chunk: bytes, number: int, flag: int) -> tuple[int, ...]:
    value: tuple[int, ...] = START
    blocks = [chunk[at : at + BLOCK] for at in range(0, len(chunk), BLOCK)] or [b""]
    for place, block in enumerate(blocks):
        flags = (CHUNK_START if place == 0 else 0) | (CHUNK_END | flag if place == len(blocks) - 1 else 0)
        value = _compressed(value, struct.unpack("<16I", block.ljust(BLOCK, b"\0")), number, len(block), flags)
    return value


def _compressed(value: tuple[int, ...], words: tuple[int, ...], counter: int, size: int, flags: int) -> tuple[int, ...]:
    v = [*value, *START[:4], counter & MASK, counter >> 32, size, flags]
    for turn in range(7):
        for number, (a, b, c, d) in enumerate(MIXES):
            v[a] = (v[a] + v[b] + words[2 * number]) & MASK
            x = v[d] ^ v[a]
            v[d] = (x >> 16 | x << 16) & MASK
            v[c] = (v[c] + v[d]) & MASK
            x = v[b] ^ v[c]
            v[b] = (x >> 12 | x << 20) & MASK
            v[a] = (v[a] + v[b] + words[2 * number + 1]) & MASK
            x = v[d] ^ v[a]
            v[d] = (x >> 8 | x << 24) & MASK
            v[c] = (v[c] + v[d]) & MASK
            x = v[b] ^ v[c]
            v[b] = (x >> 7 | x << 25) & MASK
        if turn < 6:
            words = tuple(words[place] for place in SHUFFLE)
    return tuple(low ^ high for low, high in zip(v[:8], v[8:], strict=True))
