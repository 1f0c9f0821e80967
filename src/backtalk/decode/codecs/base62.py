"""Base62, as one large number."""

from __future__ import annotations

import re
from typing import ClassVar

from backtalk.decode.codecs.base58 import Base58, pairs
from backtalk.decode.codecs.letters import MIXED

LONGEST = 512
DIGITS, UPPER, LOWER = b"0123456789", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"abcdefghijklmnopqrstuvwxyz"


class Base62(Base58):
    ID: ClassVar[str] = "base62"
    PATTERNS: ClassVar[tuple[str, ...]] = (MIXED,)
    REFERENCES: ClassVar[tuple[str, ...]] = ("Wu and He, base62 (2008), as libraries named base62 write whole numbers",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "runs under 14 or over 512 letters, or with letters of one case only",
        "runs that hold neither text nor gzip or zstd data",
        "variants that pack bits, or blocks of bytes, by themselves",
    )
    RUN: ClassVar[re.Pattern[bytes]] = re.compile(rb"(?<![A-Za-z0-9])[0-9A-Za-z]{14,%d}(?![A-Za-z0-9])" % LONGEST)
    VARIANTS: ClassVar[tuple[str, ...]] = ("", "lower-first", "letters-first")
    ALPHABETS: ClassVar[dict[str, bytes]] = {
        "": DIGITS + UPPER + LOWER,
        "lower-first": DIGITS + LOWER + UPPER,
        "letters-first": UPPER + LOWER + DIGITS,
    }
    PAIRS: ClassVar[dict[str, dict[bytes, int]]] = {name: pairs(letters) for name, letters in ALPHABETS.items()}
