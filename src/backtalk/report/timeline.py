"""One session as a drawing: stimuli as bands, recipients as rows, exchanges as marks."""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape

from msgspec import Struct

from backtalk.model.finding import Contact, Finding, Origin, Sighting
from backtalk.model.result import Recipient, SessionResult
from backtalk.report.text import count, seconds, shown

MARKS = 300
"""Marks that one drawing may have: beyond it they are drawn together, and hide nothing by being fewer."""
ROWS = 18
WIDTH, LEFT, RIGHT, TOP, STEP = 1040, 250, 20, 46, 22
BIN = 7.0
"""Width below which marks would overlap, in drawing units."""

ORIGINS: tuple[Origin, ...] = ("page", "native", "unknown", "lab")


class Mark(Struct, frozen=True, kw_only=True):
    """The exchanges of one origin with one recipient that are drawn as one."""

    row: int
    origin: Origin
    at: tuple[float, ...]
    hit: bool


def evidence(session: SessionResult, findings: Iterable[Finding]) -> frozenset[tuple[str, float]]:
    """Host and time of each exchange of the session that a finding rests on."""
    carried: list[Sighting | Contact] = []
    for finding in findings:
        carried += [*finding.sightings, *finding.contacts]
    return frozenset((one.host, one.at) for one in carried if one.session == session.id)


def drawing(session: SessionResult, hits: frozenset[tuple[str, float]]) -> str:
    """The session as SVG text without script, style or references; at most MARKS marks and ROWS rows."""
    hosts, other = _rows(session.recipients, {host for host, _ in hits})
    labels = [*hosts, f"{other} others"] if other else hosts
    begin, end = _range(session)
    drawn = marks(session.recipients, hosts, hits, end - begin)
    height = TOP + STEP * max(len(labels), 1) + 30
    title = f"Session {session.id}: who was spoken to, and when, over {seconds(end - begin)}"
    scale = (WIDTH - LEFT - RIGHT) / (end - begin)
    parts = [
        f'<svg class="timeline" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{_safe(title)}">',
        f"<title>{_safe(title)}</title>",
        *_bands(session, begin, scale, height),
        *_axis(begin, end, scale, height),
        *(_label(row, label) for row, label in enumerate(labels)),
        *_capsules(drawn, begin, scale),
        *(_mark(mark, begin, scale, labels[mark.row]) for mark in drawn),
        "</svg>",
    ]
    return "\n".join(parts)


def marks(
    recipients: tuple[Recipient, ...], hosts: list[str], hits: frozenset[tuple[str, float]], length: float
) -> list[Mark]:
    """Exchanges drawn together until there are few enough: by row, origin and ever longer spans of time."""
    width = max(length, 1e-6) * BIN / (WIDTH - LEFT - RIGHT)
    order = {host: row for row, host in enumerate(hosts)}
    while True:
        bins: dict[tuple[int, Origin, int], list[float]] = {}
        for one in recipients:
            for at in one.at:
                bins.setdefault((order.get(one.host, len(hosts)), one.origin, math.floor(at / width)), []).append(at)
        lit = {(order.get(host, len(hosts)), math.floor(at / width)) for host, at in hits}
        if len(bins) <= MARKS:
            return [
                Mark(row=row, origin=origin, at=tuple(sorted(at)), hit=origin != "lab" and (row, place) in lit)
                for (row, origin, place), at in sorted(
                    bins.items(), key=lambda item: (item[0][0], item[0][2], item[0][1])
                )
            ]
        width *= 1.5


def _rows(recipients: tuple[Recipient, ...], lit: set[str]) -> tuple[list[str], int]:
    """Hosts to draw, those with evidence first, then native ones, each by first contact; and how many are left over."""
    first: dict[str, tuple[bool, bool, float, str]] = {}
    for one in recipients:
        rank = (one.host not in lit, one.origin not in {"native", "unknown"}, min(one.at, default=math.inf), one.host)
        first[one.host] = min(rank, first.get(one.host, rank))
    hosts = sorted(first, key=lambda host: first[host])
    keep = ROWS if len(hosts) <= ROWS else ROWS - 1
    return hosts[:keep], len(hosts) - len(hosts[:keep])


def _range(session: SessionResult) -> tuple[float, float]:
    times = [at for one in session.recipients for at in one.at]
    times += [at for one in session.stimuli for at in (one.begun, one.ended) if at > 0]
    begin = session.began if session.began > 0 else min(times, default=0.0)
    return begin, max([session.ended, begin + 1.0, *times])


def _x(at: float, begin: float, scale: float) -> float:
    return LEFT + max(at - begin, 0.0) * scale


def _bands(session: SessionResult, begin: float, scale: float, height: int) -> Iterable[str]:
    for place, one in enumerate(session.stimuli):
        if one.begun <= 0:
            continue
        left = _x(one.begun, begin, scale)
        width = max((max(one.ended, one.begun) - one.begun) * scale, 1.5)
        name = f"{place + 1} {one.action}"
        name = name if len(name) * 6.5 < width else str(place + 1)
        told = f"{place + 1}. {one.action} {one.how} ({one.mode}): {shown(one.text, 120)}"
        yield (
            f'<g><title>{_safe(told)}</title><rect class="band band-{place % 2} mode-{_word(one.mode)}" '
            f'x="{left:.1f}" y="22" width="{width:.1f}" height="{height - 22 - 26}"/>'
            f'<text class="band-name" x="{left + width / 2:.1f}" y="16">{_safe(name)}</text></g>'
        )
        if one.submitted > 0:
            x = _x(one.submitted, begin, scale)
            yield f'<line class="submit" x1="{x:.1f}" y1="22" x2="{x:.1f}" y2="{height - 26}"/>'


def _axis(begin: float, end: float, scale: float, height: int) -> Iterable[str]:
    step = next((s for s in (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600) if (end - begin) / s <= 10), None)
    step = step or math.ceil((end - begin) / 10)
    for tick in range(0, math.floor(end - begin) + 1, step):
        x = LEFT + tick * scale
        yield f'<line class="tick" x1="{x:.1f}" y1="{height - 26}" x2="{x:.1f}" y2="{height - 21}"/>'
        yield f'<text class="tick-name" x="{x:.1f}" y="{height - 8}">{tick} s</text>'


def _label(row: int, label: str) -> str:
    y = TOP + row * STEP
    short = label if len(label) <= 36 else f"{label[:17]}…{label[-18:]}"
    return (
        f"<g><title>{_safe(shown(label, 300))}</title>"
        f'<line class="row" x1="{LEFT}" y1="{y}" x2="{WIDTH - RIGHT}" y2="{y}"/>'
        f'<text class="row-name" x="{LEFT - 14}" y="{y + 4}">{_safe(shown(short, 60))}</text></g>'
    )


def _capsules(drawn: list[Mark], begin: float, scale: float) -> Iterable[str]:
    """A frame around each run of neighbouring marks that carry a finding."""
    frames: list[tuple[int, float, float]] = []
    for mark in drawn:
        if not mark.hit:
            continue
        x, reach = _middle(mark, begin, scale), max(_radius(mark) + 4, 9.5)
        if frames and frames[-1][0] == mark.row and x - reach <= frames[-1][2] + 3:
            frames[-1] = (mark.row, frames[-1][1], max(x + reach, frames[-1][2]))
        else:
            frames.append((mark.row, x - reach, x + reach))
    for row, left, right in frames:
        yield (
            f'<rect class="ring" x="{left:.1f}" y="{TOP + row * STEP - 9.5}" '
            f'width="{right - left:.1f}" height="19" rx="9.5"/>'
        )


def _middle(mark: Mark, begin: float, scale: float) -> float:
    return (_x(mark.at[0], begin, scale) + _x(mark.at[-1], begin, scale)) / 2


def _radius(mark: Mark) -> float:
    return min(4.0 + math.log2(len(mark.at)), 8.0)


def _mark(mark: Mark, begin: float, scale: float, label: str) -> str:
    first = mark.at[0]
    x, y, radius = _middle(mark, begin, scale), TOP + mark.row * STEP, _radius(mark)
    told = (
        f"{shown(label, 120)}: {count(len(mark.at), 'exchange')} ({mark.origin}) at {seconds(max(first - begin, 0.0))}"
    )
    told += ", carries a finding" if mark.hit else ""
    shape = outline(mark.origin, x, y, radius)
    return f'<g class="mark {_word(mark.origin)}"><title>{_safe(told)}</title>{shape}</g>'


def outline(origin: str, x: float, y: float, radius: float) -> str:
    """The shape that tells an origin: disc for the page, diamond native, triangle the lab, hollow square unknown."""
    if origin == "page":
        return f'<circle cx="{x:.1f}" cy="{y}" r="{radius:.1f}"/>'
    if origin == "native":
        r = radius * 1.2
        return f'<path d="M{x:.1f} {y - r:.1f}l{r:.1f} {r:.1f}l{-r:.1f} {r:.1f}l{-r:.1f} {-r:.1f}z"/>'
    if origin == "lab":
        return f'<path d="M{x:.1f} {y - radius:.1f}l{radius:.1f} {1.8 * radius:.1f}h{-2 * radius:.1f}z"/>'
    return f'<rect x="{x - radius:.1f}" y="{y - radius:.1f}" width="{2 * radius:.1f}" height="{2 * radius:.1f}"/>'


def _word(word: str) -> str:
    """A class name: only words that the model knows, so that no captured text reaches an attribute unescaped."""
    return word if word in {*ORIGINS, "normal", "private"} else "unknown"


def _safe(text: str) -> str:
    return escape(shown(text))
