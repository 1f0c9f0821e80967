"""Which bytes a reader can read: text, readable stretches of binary data, and tokens that look like noise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from backtalk.decode.spans import merged, size
from backtalk.model.decoding import Span

CONTROLS = bytes(sorted((set(range(32)) - {9, 10, 13}) | {127}))
CONTROLS_PER_TEXT = 32
"""Text may hold one control character in so many bytes (terminal colours, record separators)."""

SHORTEST_UNREAD = 16
"""Bytes: 16 can hold any secret; less is framing, or too little to name a page."""

MAGICS = (b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
"""How compressed data begins (RFC 1952, RFC 8878, RFC 1950)."""

READABLE = re.compile(
    rb"(?:[\t\n\r\x20-\x7e]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}){8,}+"
)
HEX = re.compile(rb"[0-9A-Fa-f]+")
CONSTANT = re.compile(rb"(.)\1{15,}+", re.DOTALL)
TOKEN = re.compile(rb"[A-Za-z0-9+/_-]{16,}+={0,2}")
PLAIN_VALUE = re.compile(rb"[0-9A-Fa-f-]{1,128}|[a-z]+|[A-Z]+|[0-9]+|[0-9TZ_-]+")
"""Identifiers in hex (up to a SHA-512), UUIDs, words, numbers and times: values, however little they say."""

PIECE = re.compile(rb"[A-Z]?[a-z]{3,}+|[A-Z]{4,}+|[0-9]{5,}+")
SPOKEN = re.compile(rb"[aeiouyAEIOUY]")
UNSPOKEN = re.compile(rb"[^aeiouyAEIOUY]{5}")
CHANGE = re.compile(rb"[0-9](?=[A-Za-z])|[A-Za-z](?=[0-9])")
CHANGEFUL = 0.3
"""Changes between letters and digits, per letter of a token, from which on it is noise."""
FILLING = re.compile(rb"(.)\1\1\1")
WORDY = 0.5
"""Share of a token's letters in pieces of words and numbers from which on it is not noise."""


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
    return sum(match.end() - match.start() for match in READABLE.finditer(data)) * 2 >= len(data)


def is_noise(token: bytes) -> bool:
    """Whether a run of base64 letters looks random rather than like words, numbers, UUIDs or hex identifiers."""
    body = token.rstrip(b"=")
    if len(body) < SHORTEST_UNREAD or PLAIN_VALUE.fullmatch(body):
        return False
    if len(CHANGE.findall(body)) >= CHANGEFUL * len(body):
        return True
    wordy = sum(
        len(piece)
        for piece in PIECE.findall(body)
        if piece.isdigit() or (not FILLING.search(piece) and SPOKEN.search(piece) and not UNSPOKEN.search(piece))
    )
    return wordy < WORDY * len(body)


def noisy_tokens(data: bytes, free: Iterable[Span]) -> Iterator[tuple[str, Span]]:
    """Each token in text that looks random, with the reason for which it is unread."""
    for start, end in free:
        for match in TOKEN.finditer(data, start, end):
            if is_noise(match[0]):
                yield _reason(match[0].rstrip(b"=")), match.span()


def _reason(token: bytes) -> str:
    if HEX.fullmatch(token):
        return "hex of unreadable bytes"
    return "encrypted or random token" if len(token) < 22 or len(token) % 4 == 1 else "base64 of unreadable bytes"


def unread_stretches(data: bytes, free: Sequence[Span]) -> list[Span]:
    """The stretches of binary data that no text and no constant filling explains.

    Where less than a tenth of the whole is readable, the readable looking rest is chance.
    """
    filling = [match.span() for start, end in free for match in CONSTANT.finditer(data, start, end)]
    read = [match.span() for start, end in free for match in READABLE.finditer(data, start, end)]
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
    return [span for span in unread if span[1] - span[0] >= SHORTEST_UNREAD and len(set(data[slice(*span)])) > 2]
