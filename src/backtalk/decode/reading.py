"""Which bytes a reader can read: text, readable stretches of binary data, and tokens that look like noise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import numpy as np

from backtalk.decode.spans import common, merged, size
from backtalk.decode.tokens import runs
from backtalk.model.decoding import Span

CONTROLS = bytes(sorted((set(range(32)) - {9, 10, 13}) | {127}))
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
"""One of them, as a pattern."""
CONTROLS_PER_TEXT = 32
"""Text may hold one control character in so many bytes (terminal colours, record separators)."""

SHORTEST_UNREAD = 16
"""Bytes: 16 can hold any secret; less is framing, or too little to name a page."""

MAGICS = (b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
"""How compressed data begins (RFC 1952, RFC 8878, RFC 1950)."""

READABLE = re.compile(
    rb"(?:[\t\n\r\x20-\x7e]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}){8,}+"
)
SHORTEST_READ = 8
READ = r"[\t\n\r\x20-\x7e]{8}"
"""The pattern of codecs whose packaging is a run of letters: which runs, Tokens says."""
TEXT, CONTINUES, LEADS = 1, 2, 4
KINDS = bytes(
    TEXT * (byte in b"\t\n\r" or 0x20 <= byte < 0x7F)
    | CONTINUES * (0x80 <= byte < 0xC0)
    | LEADS * (0xC2 <= byte < 0xF5)
    for byte in range(256)
)
SMALL = 192
"""Bytes up to which an expression is faster than operations on whole arrays."""
NO = np.zeros(1, dtype=np.bool_)
CONSTANT = re.compile(rb"(.)\1{15,}+", re.DOTALL)
TOKEN = re.compile(rb"[A-Za-z0-9+/_-]{16,}+")
PADDING = re.compile(rb"={0,2}")
PLAIN_VALUE = re.compile(rb"[0-9A-Fa-f-]+|[a-z]+|[A-Z]+|[0-9]+|[0-9TZ_-]+")
"""Hexadecimal digits, words, numbers and times: no noise as a whole. IDENTIFIER finds what in them is unread."""

IDENTIFIER = re.compile(
    rb"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{32,}+|[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}(?![0-9A-Fa-f]))"
)
"""Sixteen bytes and more in hexadecimal, and UUIDs: a name of a thing, or as well any secret of that size."""

PIECE = re.compile(rb"[A-Z][a-z]{2,}+|[a-z]{3,}+|[A-Z]{4,}+|[0-9]{5,}+")
SPOKEN = re.compile(rb"[aeiouyAEIOUY]")
UNSPOKEN = re.compile(rb"[^aeiouyAEIOUY]{5}")
CHANGE = re.compile(rb"[0-9](?=[A-Za-z])|[A-Za-z](?=[0-9])")
CHANGEFUL = 0.3
"""Changes between letters and digits, per letter of a token, from which on it is noise."""
LONG_PIECE = 6
"""Lower-case letters in a row that are a word when they can be spoken; shorter ones must look like a language."""
PAIRS = frozenset(
    b"ab ac ad ag ai al am an ap ar as at ba be bi bl bo ca ce ch ci ck cl co cr ct cu da dd de di do ds du ea ec "
    b"ed ee ef eg el em en ep eq er es et ev ex fa fe ff fi fo fr ge gi gr ha he hi ho ia ib ic id ie if ig il im "
    b"in io ip ir is it iv iz ke la ld le li ll lo ls lt lu ly ma me mi mo mp ms na nc nd ne nf ng ni no ns nt oc "
    b"od ol om on oo op or os ot ou ow pa pe pi pl po pp pr ps pt qu ra rc rd re ri rm rn ro rr rs rt sa sc se sh "
    b"si sl so sp ss st su ta tc te th ti tl to tr ts tt tu ty ub ue ul um un up ur us ut va ve vi wa wi xt yp "
    b"ze".split()
)
"""The 180 commonest pairs of letters in the words of Python's own library: 84 % of its pairs, 27 % of random ones."""
USUAL = 0.6
"""Share of such pairs from which on a short piece looks like a language."""
FILLING = re.compile(rb"(.)\1\1\1")
WORDY = 0.5
"""Share of a part's letters in pieces of words and numbers from which on it is not noise."""

PART = re.compile(rb"[A-Za-z0-9]+")
PLAIN_PART = re.compile(rb"[0-9a-f]+|[0-9A-F]+|[A-Z]?[a-z]+|[A-Z]+")
SHORT_PART = 3
"""Letters between separators that say too little to be told from noise: `v2`, `en`, `Key`."""
NOISY = 0.3
"""Share of a token's letters in parts that look random from which on the token does; 16 such letters always do."""


def is_text(data: bytes) -> bool:
    """Whether the bytes are UTF-8 text; a character cut at the end is forgiven, a few control characters too."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data" or error.start < len(data) - 3:
            return False
    return (len(data) - len(data.translate(None, CONTROLS))) * CONTROLS_PER_TEXT <= len(data)


def makes_sense(data: bytes) -> bool:
    """Whether decoded bytes are what somebody packed: text, half of them text, or the beginning of compressed data."""
    if not data:
        return False
    return data.startswith(MAGICS) or is_text(data) or (len(data) >= SHORTEST_UNREAD and _half_text(data))


def _half_text(data: bytes) -> bool:
    return size(readable(data)) * 2 >= len(data)


@lru_cache(maxsize=8)
def readable(data: bytes) -> Sequence[Span]:
    """The stretches of at least eight characters of UTF-8 text."""
    if len(data) <= SMALL:
        return [match.span() for match in READABLE.finditer(data)]
    kinds = np.frombuffer(b"\0%b\0" % data.translate(KINDS), dtype=np.uint8)
    before, after = kinds[:-1], kinds[1:]
    read = kinds & TEXT
    read[:-1] |= (before >> 2) & (after >> 1)
    read[1:] |= (before | before >> 1) >> 1 & after >> 1
    starts, ends = runs((read & TEXT).view(np.bool_), SHORTEST_READ)
    spans: list[Span] = []
    for start, end in zip((starts - 1).tolist(), (ends - 1).tolist(), strict=True):
        if data[start:end].isascii():
            spans.append((start, end))
        else:
            spans += [match.span() for match in READABLE.finditer(data, start, end)]
    return spans


def _constant(data: bytes) -> list[Span]:
    """The stretches of one byte over and over."""
    if len(data) <= SMALL:
        return [match.span() for match in CONSTANT.finditer(data)]
    values = np.frombuffer(data, dtype=np.uint8)
    same = np.concatenate((NO, values[1:] == values[:-1], NO))
    starts, ends = runs(same, SHORTEST_UNREAD - 1)
    return list(zip((starts - 1).tolist(), ends.tolist(), strict=True))


@lru_cache(maxsize=1 << 14)
def is_noise(token: bytes) -> bool:
    """Whether a run of base64 letters looks random rather than like words, numbers or hex digits.

    Judged part by part, as names and paths are written: `net/main-page/title-v2/18c7861f-0c9d`.
    """
    body = token.rstrip(b"=")
    if len(body) < SHORTEST_UNREAD or PLAIN_VALUE.fullmatch(body):
        return False
    noisy = letters = 0
    for match in PART.finditer(body):
        size = match.end() - match.start()
        letters += size
        noisy += size if _noisy_part(match[0]) else 0
        if noisy >= SHORTEST_UNREAD:
            return True
    return noisy >= NOISY * letters


def _noisy_part(part: bytes) -> bool:
    if len(part) <= SHORT_PART or PLAIN_PART.fullmatch(part):
        return False
    if len(CHANGE.findall(part)) >= CHANGEFUL * len(part):
        return True
    wordy = sum(len(piece) for piece in PIECE.findall(part) if piece.isdigit() or _word(piece.lower()))
    return wordy < WORDY * len(part)


def _word(piece: bytes) -> bool:
    if FILLING.search(piece) or UNSPOKEN.search(piece) or not SPOKEN.search(piece):
        return False
    pairs = [piece[at : at + 2] in PAIRS for at in range(len(piece) - 1)]
    return len(piece) >= LONG_PIECE or sum(pairs) >= USUAL * len(pairs)


def noisy_tokens(data: bytes, runs: Iterable[Span]) -> Iterator[tuple[str, Span]]:
    """Each of those runs of base64 letters in text that looks random, with the reason for which it is unread."""
    for start, end in runs:
        token = TOKEN.match(data, start, end)
        if token and is_noise(token[0]):
            yield _reason(token[0]), (start, PADDING.match(data, end).end())  # type: ignore[union-attr]  # always matches
            continue
        for identifier in IDENTIFIER.finditer(data, start, end):
            if not CONSTANT.fullmatch(identifier[0]):
                yield "hex of unreadable bytes", identifier.span()


def _reason(token: bytes) -> str:
    return "encrypted or random token" if len(token) < 22 or len(token) % 4 == 1 else "base64 of unreadable bytes"


def unread_stretches(data: bytes, free: Sequence[Span]) -> list[Span]:
    """The stretches of binary data that no text and no constant filling explains.

    Where less than a tenth of the whole is readable, the readable looking rest is chance.
    """
    filling = [span for span in common(free, _constant(data)) if span[1] - span[0] >= SHORTEST_UNREAD]
    read = [span for span in common(free, readable(data)) if span[1] - span[0] >= SHORTEST_READ]
    marks = merged([*filling, *read])
    if size(read) * 10 < size(free) - size(filling):
        marks = filling
    unread: list[Span] = []
    place = 0
    for start, end in free:
        at = start
        while place < len(marks) and marks[place][0] < end:
            unread.append((at, marks[place][0]))
            at = marks[place][1]
            place += 1
        unread.append((at, end))
    return [(low, high) for low, high in unread if high - low >= SHORTEST_UNREAD and _various(data, low, high)]


def _various(data: bytes, start: int, end: int) -> bool:
    """Whether more than two bytes occur."""
    return len(set(data[start : start + SMALL])) > 2 or len(set(data[start:end])) > 2
