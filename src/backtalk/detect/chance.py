"""How often chance alone would give a sighting, in a gigabyte of noise (docs/explanation/chance.md).

Noise is what random bytes look like on the wire: base64 letters, hex digits, or bytes as
they are. Each figure is the expected number of false sightings, for the kind of noise in
which it is highest; for words and identifiers of one canary, for digests of all that are
looked up at once.
"""

from __future__ import annotations

from itertools import combinations
from math import comb

GIGABYTE = 1e9
MOST = 1e-6
"""False sightings a gigabyte that are too many for any kind of match."""

LETTERS = 64.0
MARKS = 2 / 64
"""Share of base64 letters that are neither letter nor digit: what can stand beside a word."""
CASES = 3
"""Cases in which a word is usual: small, capital, with a capital first."""
DECIMAL = 0.01
"""Share of a capture that may be decimal numbers of just one length."""
TYPING = 1e5
"""Bytes that go to one recipient in one field while one text is typed, at most."""

HEX = b"0123456789abcdefABCDEF"


def whole(letters: int) -> float:
    """A word of so many letters: in a usual case anywhere, in any other with a mark on either side."""
    usual = CASES * LETTERS**-letters
    return GIGABYTE * (usual + (2 / LETTERS) ** letters * MARKS**2)


def beginning(letters: int) -> float:
    """A beginning of a word or host named on the command line: in a usual case, with a mark on either side."""
    return GIGABYTE * CASES * LETTERS**-letters * MARKS**2


piece = beginning
"""A path or value of a URL: held to the same rule."""


def growing(fewest: int = 4, longest: int = 12, least_last: int = 6) -> float:
    """Three growing beginnings of a typed text in the order of typing, each after a mark, in any case."""
    met = {size: TYPING * (2 / LETTERS) ** size * MARKS for size in range(fewest, longest + 1)}
    runs = sum(met[a] * met[b] * met[c] for a, b, c in combinations(met, 3) if c >= least_last)
    return GIGABYTE / TYPING * runs / 6


def cut(letters: int, reach: int, most: int) -> float:
    """A word in up to `most` pieces, each with a mark on either side, the next one begun within `reach`."""
    ways = sum(comb(letters - 1, cuts) * float(reach) ** cuts * MARKS ** (2 * cuts + 2) for cuts in range(1, most))
    return GIGABYTE * (2 / LETTERS) ** letters * ways


def digests(entries: int, fewest: int) -> float:
    """That many bytes of one of so many digests, wherever they begin."""
    return GIGABYTE * entries * 256.0**-fewest


def halves(entries: int) -> float:
    """A field of just 8 bytes, which is one of so many digests: as base64, in which most fit."""
    return GIGABYTE / 12 * entries * 256.0**-8


def salted(forms: int, salts: int, ways: int) -> float:
    """A whole MD5, the shortest that is salted, of so many writings with so many salts."""
    return GIGABYTE / 33 * forms * salts * ways * 256.0**-16


def xored(letters: int, keys: int = 256) -> float:
    """A word under so many keys, in bytes as they are."""
    return GIGABYTE * keys * CASES * 256.0**-letters


def per_gigabyte(literal: bytes, *, apart: bool) -> float:
    """These bytes, in any case if they are `apart`: no digit of their kind stands beside them."""
    if not apart:
        return GIGABYTE * 256.0 ** -len(literal)
    letters = literal.removeprefix(b"-")
    if letters.isdigit():
        return GIGABYTE * DECIMAL / (len(letters) + 1) * 10.0 ** -len(letters)
    if not letters.translate(None, HEX):
        return GIGABYTE / (len(letters) + 1) * 16.0 ** -len(letters)
    if not letters.isalnum():
        return GIGABYTE * (2 / 256) ** len(letters)
    return GIGABYTE * (2 / LETTERS) ** len(letters)
