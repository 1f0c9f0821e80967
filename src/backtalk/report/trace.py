"""The way from raw bytes to a canary, told layer by layer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from backtalk.model.decoding import Span, Step
from backtalk.model.finding import Sighting
from backtalk.model.trace import Trace
from backtalk.report.excerpt import HEX_WIDTH, Excerpt, Line, Piece, excerpt
from backtalk.report.text import DASH, count, shown, utc


class Layer(Struct, frozen=True, kw_only=True):
    """One buffer on the way: how it came to be, and what is marked in it."""

    title: str
    marks: str
    excerpt: Excerpt


def layers(trace: Trace) -> tuple[Layer, ...]:
    """The part as it was ingested, then what each step gave; each marks what the next step takes."""
    buffers = [trace.raw, *(stage.output for stage in trace.stages)]
    steps = [stage.step for stage in trace.stages]
    titles = [f"{trace.part} of exchange {trace.exchange}, as recorded", *(f"{said(step)} undone" for step in steps)]
    marks = [f"packaged as {shown(step.codec, 60)}" for step in steps] + ["the canary"]
    spans = [step.span for step in steps] + [trace.found]
    return tuple(
        Layer(
            title=f"{title}: {count(len(data), 'byte')}",
            marks=f"bytes {place(span)}, {mark}",
            excerpt=excerpt(data, span),
        )
        for title, data, mark, span in zip(titles, buffers, marks, spans, strict=True)
    )


def said(step: Step) -> str:
    """A step's codec, version and parameters: `form v1 (field=data_list)`."""
    params = ", ".join(f"{shown(name, 60)}={shown(str(value), 120)}" for name, value in sorted(step.params.items()))
    return f"{shown(step.codec, 60)} v{step.version}" + (f" ({params})" if params else "")


def place(span: Span) -> str:
    """A half-open span, as everywhere: `[9:412]` are the bytes 9 to 411, counted from 0."""
    return f"[{span[0]}:{span[1]}]"


def told(sighting: Sighting) -> str:
    """What is known of a sighting besides its bytes: `prefix, to t.example, 2026-11-22 14:03:07 UTC, native`."""
    words = [sighting.match, f"to {shown(sighting.host, 120)}", utc(sighting.at), sighting.origin]
    if sighting.digest:
        words.insert(1, f"made as {shown(sighting.digest.formula, 200)}")
    if sighting.spelling:
        words.insert(1, f"written as {shown(sighting.spelling, 80)}")
    return ", ".join(word for word in words if word not in {DASH, "unknown"})


def most_telling(sightings: Sequence[Sighting], most: int) -> list[int]:
    """Which sightings to show when not all are: the longest of each canary first, then the next longest."""
    longest = sorted(range(len(sightings)), key=lambda at: (-len(sightings[at].text), at))
    first = {sightings[at].canary: at for at in reversed(longest)}
    return sorted(longest, key=lambda at: first[sightings[at].canary] != at)[:most]


def trace_lines(trace: Trace) -> list[str]:
    """The trace as plain lines; carets stand below the marked bytes, one a byte (in a dump: below its digits)."""
    lines = [f"{shown(trace.source)}" + (f"  sha256 {shown(trace.digest, 64)}" if trace.digest else "")]
    for place, layer in enumerate(layers(trace)):
        lines += ["", f"{place}. {layer.title}", f"   {layer.marks}"]
        for line in layer.excerpt.lines:
            lines += _plain(line)
    start, stop = trace.found
    found = trace.last[start:stop].decode("utf-8", "backslashreplace")
    return [*lines, "", f"found  {shown(found, 300)}", f"canary {shown(trace.canary, 300)}"]


def _plain(line: Line) -> list[str]:
    told = [f"{'':>10}  … {count(line.skipped, 'byte')} not shown …"] if line.skipped else []
    joint = " " if line.side else ""
    bytes_shown = joint.join(piece.text for piece in line.pieces)
    row = f"{line.offset:>10}  {bytes_shown}"
    if line.side:
        row += " " * (HEX_WIDTH * 3 - 1 - len(bytes_shown)) + f"  {''.join(piece.text for piece in line.side)}"
    told.append(row)
    carets = f"{'':>10}  {joint.join(_carets(line.pieces))}".rstrip()
    return [*told, carets] if carets else told


def _carets(pieces: Iterable[Piece]) -> list[str]:
    return [("^" if piece.marked else " ") * len(piece.text) for piece in pieces]
