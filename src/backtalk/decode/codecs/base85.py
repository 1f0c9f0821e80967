"""Base85 in its three common alphabets: ascii85, RFC 1924's as Python and git write it, and Z85."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar

import numpy as np

from backtalk.decode.codec import Buffer
from backtalk.decode.codecs.letters import Letters
from backtalk.model.decoding import Span

ASCII = bytes(range(0x21, 0x76))
RFC1924 = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~"
Z85 = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
ALPHABETS = {"ascii85": ASCII, "rfc1924": RFC1924, "z85": Z85}
DIGITS = {name: bytes.maketrans(letters, bytes(range(85))) for name, letters in ALPHABETS.items()}
POWERS = np.array([85**4, 85**3, 85**2, 85, 1], dtype=np.uint64)
LEAST_SIGNS, MOST_SIGNS = 0.04, 0.7
"""Share of a run's characters that are no letters or digits: random base85 has 0.27, in ascii85 0.36."""
ALNUM = bytes([*range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x61, 0x7B)])


def grouped(letters: bytes, name: str) -> bytes:
    """The bytes of groups of five digits, the last one short; ValueError when a group is too large."""
    if letters.translate(None, ALPHABETS[name]):
        raise ValueError("not a letter of the alphabet")
    short = -len(letters) % 5
    if short == 4:
        raise ValueError("no base85 has this length")
    digits = letters.translate(DIGITS[name]) + b"\x54" * short
    values = np.frombuffer(digits, dtype=np.uint8).reshape(-1, 5).astype(np.uint64) @ POWERS
    if len(values) and int(values.max()) >> 32:
        raise ValueError("a group is too large")
    whole: bytes = values.astype(">u4").tobytes()
    return whole[: len(whole) - short] if short else whole


FRAMED = r"<~[!-uz\s]{5}"
ADOBE = re.compile(rb"<~[!-uz\s]{5,}~>")


class Base85(Letters):
    ID: ClassVar[str] = "base85"
    PATTERNS: ClassVar[tuple[str, ...]] = (FRAMED,)
    RUNS: ClassVar[str] = "base85"
    REFERENCES: ClassVar[tuple[str, ...]] = (
        "PostScript Language Reference, 3.13.3 (ASCII85)",
        "RFC 1924, as implemented by Python's base64.b85encode",
        "ZeroMQ RFC 32 (Z85)",
    )
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "runs under 13 characters, or in the middle of a word",
        "runs that hold neither text nor gzip or zstd data, or begin with letters outside ASCII",
        "ascii85 wrapped in lines, unless between <~ and ~>",
    )
    VARIANTS: ClassVar[tuple[str, ...]] = ("rfc1924", "z85", "ascii85")

    def runs(self, buffer: Buffer) -> Iterable[Span]:
        """Runs that begin as text or compressed data does, and what stands between <~ and ~>."""
        data = buffer.data
        framed = buffer.seen is None or FRAMED in buffer.seen
        adobe = [match.span() for match in ADOBE.finditer(data)] if framed else []
        return sorted([*adobe, *buffer.runs.base85])

    def worth_trying(self, letters: bytes) -> bool:
        if letters.startswith(b"<~"):
            return True
        signs = len(letters.translate(None, ALNUM))
        return LEAST_SIGNS * len(letters) <= signs <= MOST_SIGNS * len(letters)

    def decoded(self, letters: bytes, variant: str) -> bytes:
        if variant != "ascii85":
            return grouped(letters, variant)
        if letters.startswith(b"<~") and letters.endswith(b"~>"):
            letters = b"".join(letters[2:-2].split())
        return grouped(letters.replace(b"z", b"!!!!!"), variant)
