"""Base64, standard and URL-safe, padded or not, in one run or wrapped in lines."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Codec, Layer
from backtalk.decode.native.letters import base64_readings, from_base64
from backtalk.decode.native.spans import common
from backtalk.decode.native.text import makes_sense
from backtalk.model.decoding import Opaque, Span, Value

PADDING = re.compile(rb"={0,2}")
LINE_ENDS = (b"\r", b"\n")
FOLLOWING = (*LINE_ENDS, b"=")
"""What base64 goes on with that is no letter of it."""
WRAPPED = tuple(
    re.compile(rb"(?:(?:[%b]{4}){8,}\r?\n[ \t]*+)+(?:[%b]{4})*+(?:[%b]{2,3}={0,2})?" % (letters, letters, letters))
    for letters in (b"A-Za-z0-9+/", b"A-Za-z0-9_-")
)
"""Lines in either alphabet, indented or not."""


def decoded(packed: bytes) -> bytes:
    """The bytes that base64 letters stand for; ValueError when they are none."""
    return from_base64(packed.translate(None, b"\r\n\t ").rstrip(b"="))


def holds_sense(run: bytes) -> bool:
    """Whether a run of base64 letters decodes to text or compressed data."""
    letters = run.rstrip(b"=")
    return makes_sense(decoded(letters[:-1] if len(letters) % 4 == 1 else letters))


class Base64(Codec):
    ID: ClassVar[str] = "base64"
    RUNS: ClassVar[str] = "base64"
    REFERENCES: ClassVar[tuple[str, ...]] = ("RFC 4648, sections 4 and 5", "RFC 2045, section 6.8")
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "runs under 8 letters",
        "runs that hold no text and are under 16 letters, or have letters of one case",
        "runs of 24 letters and more that hold no ASCII text and have letters of one case: one in 100,000 of such text",
        "other alphabets, save those of base64-order",
    )
    TEXT: ClassVar[bool] = True
    TOKEN: ClassVar[bool] = True

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        del meter
        data = buffer.data
        done = 0
        known: dict[bytes, list[tuple[Span, bytes]]] = {}  # one session is in every event of a batch
        for start, end in common(buffer.runs.base64, free):
            if start < done:
                continue
            following = data[end : end + 1]
            most = free[bisect_right(free, (start, len(data))) - 1][1] if following in FOLLOWING else end
            wrapped = _wrapped(data, start + (end - start) % 4, most) if following in LINE_ENDS else None
            if wrapped:
                done = wrapped.end()
                span = wrapped.start(), done
                yield Layer(span=span, data=decoded(data[slice(*span)]))
                continue
            run = data[start:end]
            if run not in known:
                known[run] = [(span, from_base64(run[slice(*span)])) for span in base64_readings(run)]
            for (low, high), inside in known[run]:
                padded = PADDING.match(data, end, most).end() if start + high == end else start + high  # type: ignore[union-attr]
                yield Layer(span=(start + low, padded), data=inside)

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        del params
        return decoded(data[slice(*span)])


def _wrapped(data: bytes, start: int, stop: int) -> re.Match[bytes] | None:
    found = [match for lines in WRAPPED if (match := lines.match(data, start, stop))]
    return max(found, key=re.Match.end, default=None)
