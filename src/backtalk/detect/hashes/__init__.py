"""Every hash that a canary is looked for under, by name; the same on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from backtalk.detect.hashes.blake3 import blake3
from backtalk.detect.hashes.checksums import adler32, crc32, djb2, fnv1_32, fnv1_64, fnv1a_32, fnv1a_64, java
from backtalk.detect.hashes.md2 import md2
from backtalk.detect.hashes.md4 import md4
from backtalk.detect.hashes.murmur import (
    murmur2_64a,
    murmur3_32,
    murmur3_x64_128,
    murmur3_x64_128_le,
    murmur3_x86_128,
)
from backtalk.detect.hashes.ripemd import ripemd160
from backtalk.detect.hashes.sm3 import sm3
from backtalk.detect.hashes.xxhash import xxh3_64, xxh3_128, xxh32, xxh64

Hash = Callable[[bytes], bytes]

PROMISED = (
    *("md5", "sha1", "sha224", "sha256", "sha384", "sha512"),
    *("sha3_224", "sha3_256", "sha3_384", "sha3_512", "blake2b", "blake2s"),
)
"""Those that Python has everywhere (hashlib.algorithms_guaranteed)."""

LACKING: Mapping[str, Hash] = {"md4": md4, "ripemd160": ripemd160, "sm3": sm3}
"""Stand-ins for what this machine's OpenSSL may lack."""


def _promised(name: str) -> Hash:
    make = getattr(hashlib, name)
    return lambda data: bytes(make(data, usedforsecurity=False).digest())


def _named(name: str) -> Hash:
    return lambda data: hashlib.new(name, data, usedforsecurity=False).digest()


def _blake2b(size: int) -> Hash:
    return lambda data: hashlib.blake2b(data, digest_size=size).digest()


def _there(name: str) -> bool:
    try:
        hashlib.new(name, b"", usedforsecurity=False)
    except ValueError:
        return False
    return True


QUICK: Mapping[str, Hash] = {
    **{name: _promised(name) for name in PROMISED},
    **{name: _named(name) for name in ("sha512_224", "sha512_256")},
    **{name: _named(name) if _there(name) else own for name, own in LACKING.items()},
    **{f"blake2b_{8 * size}": _blake2b(size) for size in (16, 20, 32, 48)},
    "blake2s_128": lambda data: hashlib.blake2s(data, digest_size=16).digest(),
    "shake_128": lambda data: hashlib.shake_128(data).digest(32),
    "shake_256": lambda data: hashlib.shake_256(data).digest(64),
    "murmur3_x64_128": murmur3_x64_128,
    "murmur3_x64_128_le": murmur3_x64_128_le,
    "murmur3_x86_128": murmur3_x86_128,
    "xxh3_128": xxh3_128,
}
"""Those of 12 bytes and more that take microseconds."""

STRONG: Mapping[str, Hash] = {**QUICK, "md2": md2, "blake3": blake3}
"""All those of 12 bytes and more."""

EIGHT: Mapping[str, Hash] = {
    "xxh64": xxh64,
    "xxh3_64": xxh3_64,
    "murmur2_64a": murmur2_64a,
    "fnv1_64": fnv1_64,
    "fnv1a_64": fnv1a_64,
}
"""Those of 8 bytes: they count as a whole field, unsalted and un-nested."""

FOUR: Mapping[str, Hash] = {
    "crc32": crc32,
    "adler32": adler32,
    "fnv1_32": fnv1_32,
    "fnv1a_32": fnv1a_32,
    "java": java,
    "djb2": djb2,
    "murmur3_32": murmur3_32,
    "xxh32": xxh32,
}
"""Those of 4 bytes: equal by chance somewhere in every capture, so they only corroborate."""

SALTED = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "sha3_512", "blake2b", "ripemd160", "sm3")
"""Those that people salt."""

ALL: Mapping[str, Hash] = {**STRONG, **EIGHT, **FOUR}
