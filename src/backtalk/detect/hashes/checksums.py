"""Checksums and hashes of tables: small numbers, two of them alike wherever many are."""

from __future__ import annotations

import struct
import zlib

M32, M64 = 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF
PRIME_32, PRIME_64 = 0x01000193, 0x00000100000001B3
BASIS_32, BASIS_64 = 0x811C9DC5, 0xCBF29CE484222325


def crc32(data: bytes) -> bytes:
    """CRC-32 of zip and Ethernet, as its number is printed."""
    return struct.pack(">I", zlib.crc32(data))


def adler32(data: bytes) -> bytes:
    """Adler-32 (RFC 1950), as its number is printed."""
    return struct.pack(">I", zlib.adler32(data))


def fnv1_32(data: bytes) -> bytes:
    """FNV-1 in 32 bits (Fowler, Noll, Vo)."""
    state = BASIS_32
    for byte in data:
        state = state * PRIME_32 & M32 ^ byte
    return struct.pack(">I", state)


def fnv1a_32(data: bytes) -> bytes:
    """FNV-1a in 32 bits."""
    state = BASIS_32
    for byte in data:
        state = (state ^ byte) * PRIME_32 & M32
    return struct.pack(">I", state)


def fnv1_64(data: bytes) -> bytes:
    """FNV-1 in 64 bits."""
    state = BASIS_64
    for byte in data:
        state = state * PRIME_64 & M64 ^ byte
    return struct.pack(">Q", state)


def fnv1a_64(data: bytes) -> bytes:
    """FNV-1a in 64 bits."""
    state = BASIS_64
    for byte in data:
        state = (state ^ byte) * PRIME_64 & M64
    return struct.pack(">Q", state)


def java(data: bytes) -> bytes:
    """Java's String.hashCode of text in Latin-1 or ASCII, as an unsigned number."""
    state = 0
    for byte in data:
        state = (state * 31 + byte) & M32
    return struct.pack(">I", state)


def djb2(data: bytes) -> bytes:
    """Bernstein's hash, `hash * 33 + c`."""
    state = 5381
    for byte in data:
        state = (state * 33 + byte) & M32
    return struct.pack(">I", state)
