"""Captured text and numbers, made fit to be read: nothing hidden, nothing that acts."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime

DASH = "\N{EN DASH}"
"""Stands where there is nothing to say."""

LIMIT = 2000
"""Characters of one string that are ever shown in one place."""

_VISIBLE = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No"}) | frozenset(
    {"Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs"}
)
_NAMES = {"\0": "NUL", "\t": "TAB", "\n": "LF", "\r": "CR", "\x1b": "ESC"}
_PLAIN = re.compile(r"[ -~]*")
_STACKED = 3
"""Combining marks on one letter beyond which they only serve to paint over other lines."""


def shown(text: str, limit: int = LIMIT) -> str:
    """The text with every control, bidi, invisible or lone surrogate character spelled out.

    They become ⟨LF⟩, ⟨NUL⟩ or ⟨U+202E⟩. What is longer than `limit`
    characters is cut, and its full length told.
    """
    head = text[:limit]
    if not _PLAIN.fullmatch(head):
        head = "".join(_spelled(head))
    return head if len(text) <= limit else f"{head}… ({count(len(text), 'character')} in all)"


def _spelled(text: str) -> list[str]:
    out: list[str] = []
    stacked = 0
    for letter in text:
        stacked = stacked + 1 if unicodedata.combining(letter) else 0
        if letter in _NAMES:
            out.append(f"⟨{_NAMES[letter]}⟩")
        elif unicodedata.category(letter) in _VISIBLE and stacked <= _STACKED:
            out.append(letter)
        else:
            out.append(f"⟨U+{ord(letter):04X}⟩")
    return out


def number(value: int) -> str:
    """A whole number with its thousands set apart: 1,048,576."""
    return f"{value:,}"


def count(value: int, noun: str, plural: str = "") -> str:
    """A number with its noun: `1 session`, `2 sessions`."""
    return f"{number(value)} {noun if value == 1 else plural or noun + 's'}"


def size(octets: int) -> str:
    """Bytes as people read them: 812 bytes, 4.1 kB, 2.0 MB (powers of 1000)."""
    if octets < 1000:
        return count(octets, "byte")
    scaled, unit = octets / 1000, "kB"
    for larger in ("MB", "GB", "TB"):
        if scaled < 999.95:
            break
        scaled, unit = scaled / 1000, larger
    return f"{scaled:,.1f} {unit}"


def utc(at: float) -> str:
    """An epoch second as `2026-11-22 14:03:07 UTC`; a dash where unknown or out of range."""
    if not 0 < at < 253_402_300_800:
        return DASH
    return datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def seconds(value: float) -> str:
    """A duration: `0.8 s`, `42 s`, `3 min 05 s`."""
    if value < 10:
        return f"{value:.1f} s"
    whole = round(value)
    return f"{whole} s" if whole < 100 else f"{whole // 60} min {whole % 60:02d} s"


def percent(share: float) -> str:
    """A share as whole percent; what is not zero is never rounded to 0 %, nor short of all to 100 %."""
    whole = round(share * 100)
    if whole == 0 and share > 0:
        return "under 1 %"
    return "over 99 %" if whole == 100 and share < 1 else f"{whole} %"
