"""Base32 and base32hex, in either case, padded or not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar

from backtalk.decode.codec import Buffer
from backtalk.decode.codecs.letters import Letters
from backtalk.model.decoding import Span

HEX = b"0123456789abcdefghijklmnopqrstuv"
STANDARD = b"abcdefghijklmnopqrstuvwxyz234567"
CROCKFORD = b"0123456789abcdefghjkmnpqrstvwxyz"
DIGITS = {
    "": bytes.maketrans(STANDARD, HEX),
    "hex": bytes.maketrans(HEX, HEX),
    "crockford": bytes.maketrans(CROCKFORD, HEX),
}
OTHERS = {
    "": re.compile(rb"[^a-z2-7]"), "hex": re.compile(rb"[^0-9a-v]"), "crockford": re.compile(rb"[^0-9a-hjkmnp-tv-z]"),
}  # fmt: skip


PADDING = re.compile(rb"={0,6}")


class Base32(Letters):
    ID: ClassVar[str] = "base32"
    RUNS: ClassVar[str] = "base32"
    REFERENCES: ClassVar[tuple[str, ...]] = ("RFC 4648, sections 6 and 7", "Crockford, Base 32")
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "runs under 16 letters",
        "runs that hold neither text nor gzip or zstd data",
        "Crockford's hyphens and check symbols",
    )
    VARIANTS: ClassVar[tuple[str, ...]] = ("", "hex", "crockford")

    def runs(self, buffer: Buffer) -> Iterable[Span]:
        """Runs of one case, with their padding."""
        return [(start, PADDING.match(buffer.data, end).end()) for start, end in buffer.runs.base32]  # type: ignore[union-attr]  # always matches

    def worth_trying(self, letters: bytes) -> bool:
        return not letters.isdigit()

    def decoded(self, letters: bytes, variant: str) -> bytes:
        digits = letters.rstrip(b"=").lower()
        if not digits or OTHERS[variant].search(digits):
            raise ValueError("not base32")
        bits = 5 * len(digits)
        return (int(digits.translate(DIGITS[variant]), 32) >> bits % 8).to_bytes(bits // 8, "big")
