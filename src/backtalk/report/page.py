"""What the page shows and in which order, worked out before any markup."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from markupsafe import Markup
from msgspec import Struct

from backtalk.model.finding import Finding, Sighting, Verdict
from backtalk.model.result import ClaimShown, OpaqueGroup, Result, SessionResult
from backtalk.model.session import Configuration
from backtalk.model.trace import Trace
from backtalk.report.chapters import Chapter, chapters, headline, remaining
from backtalk.report.contacts import ContactTable, contact_table
from backtalk.report.matrix import answer, claims, rows
from backtalk.report.names import Names
from backtalk.report.reach import reach
from backtalk.report.screens import Album
from backtalk.report.story import Story, Teller
from backtalk.report.timeline import drawing, evidence, outline

OPEN = 3
"""Timelines that stand open on the page; the others are folded."""


class Told(Struct, frozen=True, kw_only=True):
    """A verdict with its claim, the anchor it stands at, and its findings as (anchor, finding)."""

    anchor: str
    claim: ClaimShown
    verdict: Verdict
    findings: tuple[tuple[str, Finding], ...]


class Section(Struct, frozen=True, kw_only=True):
    """One claim with what speaks against it: what leaked as stories, mere contact as tables.

    `elsewhere` are findings that another claim's section tells already.
    """

    anchor: str
    chapter: Chapter
    stories: tuple[Story, ...]
    tables: tuple[ContactTable, ...]
    elsewhere: tuple[tuple[str, Finding], ...]


class Group(Struct, frozen=True, kw_only=True):
    """One subject under one condition: its verdicts (None where none was given) and its sessions."""

    subject: str
    condition: str
    told: tuple[Told | None, ...]
    sessions: tuple[SessionResult, ...]
    configurations: tuple[tuple[Configuration, tuple[str, ...]], ...]
    opaque: tuple[OpaqueGroup, ...]


class Timeline(Struct, frozen=True, kw_only=True):
    """One session drawn."""

    session: SessionResult
    svg: Markup
    open: bool
    hit: bool


class Page(Struct, frozen=True, kw_only=True):
    """Everything that the templates use."""

    result: Result
    head: str
    names: Names
    answer: str
    headline: str
    reach: tuple[str, ...]
    claims: tuple[ClaimShown, ...]
    groups: tuple[Group, ...]
    contradicted: tuple[Section, ...]
    others: tuple[Section, ...]
    anchors: dict[str, str]
    identities: tuple[Finding, ...]
    timelines: tuple[Timeline, ...]
    legend: tuple[tuple[str, Markup], ...]


def page(result: Result, case: Path, *, head: str, explain: Callable[[Sighting], Trace]) -> Page:
    """The page of a result. Raises what `explain` raises."""
    anchors = {finding.id: f"finding-{place}" for place, finding in enumerate(result.findings, 1)}
    names = Names(result)
    sections = _Sections(result, names, anchors, Teller(result, Album(case), explain))
    return Page(
        result=result,
        head=head,
        names=names,
        answer=answer(result),
        headline=headline(result, names),
        reach=tuple(reach(result)),
        claims=claims(result),
        groups=_groups(result, anchors),
        contradicted=tuple(sections.section(f"claim-{at}", one) for at, one in enumerate(chapters(result), 1)),
        others=tuple(sections.section(f"other-{at}", one) for at, one in enumerate(remaining(result), 1)),
        anchors=anchors,
        identities=tuple(finding for finding in result.findings if finding.reach == "identity"),
        timelines=_timelines(result),
        legend=tuple((word, _shape(word)) for word in ("native", "page", "unknown", "lab")),
    )


class _Sections:
    """Tells each finding once, in the first place that asks for it."""

    def __init__(self, result: Result, names: Names, anchors: dict[str, str], teller: Teller) -> None:
        self._result, self._names, self._anchors, self._teller = result, names, anchors, teller
        self._untold = dict(anchors)

    def section(self, anchor: str, chapter: Chapter) -> Section:
        leaked = [finding for leak in chapter.leaks for finding in leak.findings]
        told = [*leaked, *(finding for contacts in chapter.contacts for finding in contacts.findings)]
        fresh = {one.id: self._untold.pop(one.id) for one in told if one.id in self._untold}
        tables = [contact_table(contacts, fresh, self._result, self._names) for contacts in chapter.contacts]
        return Section(
            anchor=anchor,
            chapter=chapter,
            stories=tuple(self._teller.story(one) for one in leaked if one.id in fresh),
            tables=tuple(table for table in tables if table.rows),
            elsewhere=tuple((self._anchors[one.id], one) for one in told if one.id not in fresh),
        )


def _groups(result: Result, anchors: dict[str, str]) -> tuple[Group, ...]:
    known = {finding.id: finding for finding in result.findings}
    columns = claims(result)
    groups = []
    for row_at, row in enumerate(rows(result), 1):
        told: list[Told | None] = []
        for column, (claim, verdict) in enumerate(zip(columns, row.verdicts, strict=True), 1):
            if verdict is None:
                told.append(None)
                continue
            told.append(
                Told(
                    anchor=f"verdict-{row_at}-{column}",
                    claim=claim,
                    verdict=verdict,
                    findings=tuple((anchors[one], known[one]) for one in verdict.findings if one in known),
                )
            )
        sessions = tuple(one for one in result.sessions if (one.subject, one.condition) == (row.subject, row.condition))
        groups.append(
            Group(
                subject=row.subject,
                condition=row.condition,
                told=tuple(told),
                sessions=sessions,
                configurations=_configurations(sessions),
                opaque=_opaque(sessions),
            )
        )
    return tuple(groups)


def _configurations(sessions: tuple[SessionResult, ...]) -> tuple[tuple[Configuration, tuple[str, ...]], ...]:
    """Each distinct configuration with the sessions that ran so."""
    distinct: list[tuple[Configuration, list[str]]] = []
    for session in sessions:
        if session.configuration is None:
            continue
        for known, ids in distinct:
            if known == session.configuration:
                ids.append(session.id)
                break
        else:
            distinct.append((session.configuration, [session.id]))
    return tuple((configuration, tuple(ids)) for configuration, ids in distinct)


def _opaque(sessions: tuple[SessionResult, ...]) -> tuple[OpaqueGroup, ...]:
    """Unread payload of sessions that count, together where recipient, part, reason and clearance are the same."""
    sums: dict[tuple[str, str, str, str], tuple[int, int]] = {}
    for session in sessions:
        for one in () if session.excluded else session.coverage.opaque:
            key = (one.host, one.part, one.reason, one.cleared)
            times, octets = sums.get(key, (0, 0))
            sums[key] = (times + one.count, octets + one.bytes)
    return tuple(
        OpaqueGroup(host=host, part=part, reason=reason, cleared=cleared, count=times, bytes=octets)
        for (host, part, reason, cleared), (times, octets) in sorted(
            sums.items(), key=lambda item: (bool(item[0][3]), -item[1][1], item[0])
        )
    )


def _timelines(result: Result) -> tuple[Timeline, ...]:
    drawn = []
    for session in result.sessions:
        hits = evidence(session, result.findings)
        drawn.append((session, Markup(drawing(session, hits)), bool(hits)))  # noqa: S704 (drawing escapes all it is given)
    lit = [session.id for session, _, hit in drawn if hit] or [session.id for session, _, _ in drawn]
    return tuple(
        Timeline(session=session, svg=svg, open=session.id in lit[:OPEN], hit=hit) for session, svg, hit in drawn
    )


def _shape(origin: str) -> Markup:
    # Only words and numbers of our own go in.
    return Markup(  # noqa: S704
        f'<svg class="timeline key" viewBox="0 0 20 20" aria-hidden="true"><g class="mark {origin}">'
        f"{outline(origin, 10, 10, 6)}</g></svg>"
    )
