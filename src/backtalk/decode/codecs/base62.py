"""Base62, as one large number."""

from __future__ import annotations

from typing import ClassVar

from backtalk.decode.codecs.base58 import Base58, pairs

DIGITS, UPPER, LOWER = b"0123456789", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"abcdefghijklmnopqrstuvwxyz"


class Base62(Base58):
    ID: ClassVar[str] = "base62"
    RUNS: ClassVar[str] = "base62"
    REFERENCES: ClassVar[tuple[str, ...]] = ("Wu and He, base62 (2008), as libraries named base62 write whole numbers",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "runs under 12 or over 512 letters, or with letters of one case only",
        "runs that hold neither text nor gzip or zstd data",
        "variants that pack bits, or blocks of bytes, by themselves",
    )
    VARIANTS: ClassVar[tuple[str, ...]] = ("", "lower-first", "letters-first")
    ALPHABETS: ClassVar[dict[str, bytes]] = {
        "": DIGITS + UPPER + LOWER,
        "lower-first": DIGITS + LOWER + UPPER,
        "letters-first": UPPER + LOWER + DIGITS,
    }
    PAIRS: ClassVar[dict[str, dict[bytes, int]]] = {name: pairs(letters) for name, letters in ALPHABETS.items()}
