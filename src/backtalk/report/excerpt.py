"""A few bytes around a span, as text where they are text and as a hex dump where they are not."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from backtalk.model.decoding import Span

AROUND = 48
"""Bytes shown before and after the span."""
HEAD, TAIL = 160, 48
"""Bytes shown at both ends of a span too long to be shown whole."""
TEXT_WIDTH, HEX_WIDTH = 64, 16
_READABLE = frozenset(range(0x20, 0x7F)) | frozenset(b"\t\r\n")


class Piece(Struct, frozen=True):
    """A run of bytes, spelled out, that lies wholly inside or wholly outside the span."""

    text: str
    marked: bool


class Line(Struct, frozen=True, kw_only=True):
    """Consecutive bytes from `offset` on. `skipped` bytes before it are not shown; `side` is a dump's text column."""

    offset: int
    pieces: tuple[Piece, ...]
    side: tuple[Piece, ...] = ()
    skipped: int = 0


class Excerpt(Struct, frozen=True, kw_only=True):
    """What is shown of a buffer of `total` bytes."""

    form: Literal["text", "hex"]
    total: int
    span: Span
    lines: tuple[Line, ...]


def excerpt(data: bytes, span: Span) -> Excerpt:
    """The bytes around `span`; what of it lies outside the data is left away."""
    start = min(max(span[0], 0), len(data))
    stop = min(max(span[1], start), len(data))
    windows = _windows(len(data), start, stop)
    sample = b"".join(data[low:high] for low, high in windows)
    text = sum(byte in _READABLE for byte in sample) >= 0.9 * len(sample)
    width = TEXT_WIDTH if text else HEX_WIDTH
    lines: list[Line] = []
    reached = windows[0][0]
    for low, high in windows:
        for at in range(low, high, width):
            chunk, skipped, reached = data[at : min(at + width, high)], at - reached, min(at + width, high)
            if text:
                lines.append(Line(offset=at, pieces=_text(chunk, at, start, stop), skipped=skipped))
            else:
                side = _text(chunk.replace(b"\n", b"\0"), at, start, stop)
                lines.append(Line(offset=at, pieces=_hex(chunk, at, start, stop), side=side, skipped=skipped))
    return Excerpt(form="text" if text else "hex", total=len(data), span=(start, stop), lines=tuple(lines))


def _windows(total: int, start: int, stop: int) -> list[Span]:
    low, high = max(start - AROUND, 0), min(stop + AROUND, total)
    if stop - start <= HEAD + TAIL:
        return [(low, high)]
    return [(low, start + HEAD), (stop - TAIL, high)]


def _cuts(size: int, at: int, start: int, stop: int) -> list[tuple[int, int, bool]]:
    """The chunk at `at` in up to three runs: before, inside and after the span."""
    edges = [0, min(max(start - at, 0), size), min(max(stop - at, 0), size), size]
    runs = zip(edges, edges[1:], (False, True, False), strict=False)
    return [(low, high, inside) for low, high, inside in runs if low < high]


def _text(chunk: bytes, at: int, start: int, stop: int) -> tuple[Piece, ...]:
    return tuple(
        Piece("".join(map(_letter, chunk[low:high])), inside)
        for low, high, inside in _cuts(len(chunk), at, start, stop)
    )


def _hex(chunk: bytes, at: int, start: int, stop: int) -> tuple[Piece, ...]:
    return tuple(Piece(chunk[low:high].hex(" "), inside) for low, high, inside in _cuts(len(chunk), at, start, stop))


def _letter(byte: int) -> str:
    """One byte as one column: itself, an arrow for a line's end, or a dot where it is not printable ASCII."""
    if byte == 0x0A:
        return "↵"
    return chr(byte) if 0x20 <= byte < 0x7F else "·"
