"""How verdicts, places and prefixes are said: the same words on the terminal and the page."""

from __future__ import annotations

from collections.abc import Iterable

from backtalk.model.finding import Finding, Sighting, Verdict
from backtalk.report.text import DASH, count, percent, seconds, shown

SIGNS: dict[str, str] = {
    "contradicted": "✗",
    "inconclusive": "~",
    "consistent": "✓",
    "not tested": DASH,
    "not testable": DASH,
    "not applicable": DASH,
}
"""Each verdict's sign, gravest first. A verdict is never told by its colour alone."""

MEANINGS: dict[str, str] = {
    "contradicted": "different canaries reached somebody unexpected in at least two independent sessions, "
    "and every sighting can be replayed",
    "inconclusive": "something needed for an answer is missing, and is named",
    "consistent": "nothing speaks against it, and nothing that left unread could; how much that excludes is stated",
    "not tested": "no stimulus of this case bears on it",
    "not testable": "out of an instrument's reach",
    "not applicable": "it says nothing about this condition",
}


def sign(verdict: str) -> str:
    """The verdict's sign; a dash for a word this version does not know."""
    return SIGNS.get(verdict, DASH)


def gravity(verdict: str) -> int:
    """Where the verdict stands among the others: 0 is the gravest."""
    return list(SIGNS).index(verdict) if verdict in SIGNS else len(SIGNS)


def bound(verdict: Verdict) -> str:
    """What the absence of a sighting excludes, in a sentence; empty where nothing is claimed by absence."""
    if verdict.verdict != "consistent" or verdict.sessions < 1:
        return ""
    ran, share = count(verdict.sessions, "session"), percent(verdict.bound)
    said = f"0 of {ran} excludes only leaks in {share} of sessions and more"
    return f"Preliminary: {said}." if verdict.preliminary else f"{said}."


def waited(verdict: Verdict) -> str:
    """For how long it was watched, in a sentence; empty where nothing is claimed by absence."""
    if verdict.verdict not in {"consistent", "inconclusive"} or verdict.horizon <= 0:
        return ""
    return f"Watched for {seconds(verdict.horizon)}."


def place(sighting: Sighting, limit: int = 80) -> str:
    """Where it stood: host and path, then the field; `duckduckgo.com/ac/?q=`, `t.example request.body data:`."""
    if sighting.part == "request.url":
        path = sighting.url.partition("://")[2].partition("/")[2].partition("?")[0].partition("#")[0]
        # A canary in the path is the thing that leaked: it belongs with what left, not with where it went.
        path = "/…" if sighting.text and sighting.text in path else f"/{path}"
        where = f"{sighting.host}{shown(path, limit)}"
        return f"{where}?{sighting.field}=" if sighting.field else where
    where = f"{sighting.host} {sighting.part}"
    return f"{where} {sighting.field}:" if sighting.field else where


def prefixes(sightings: Iterable[Sighting]) -> list[tuple[Sighting, ...]]:
    """The prefix sightings, one run for each planted text: by session and stimulus, each in the order they left."""
    runs: dict[tuple[str, str, str], list[Sighting]] = {}
    for sighting in sightings:
        if sighting.match == "prefix":
            runs.setdefault((sighting.session, sighting.stimulus, sighting.canary), []).append(sighting)
    return [tuple(sorted(run, key=lambda one: (one.at, len(one.text), one.exchange))) for run in runs.values()]


def growth(run: Iterable[Sighting], keep: int = 6) -> str:
    """The letters as they left, each state once: `ko kob koba … kobarikudo`."""
    states = list(dict.fromkeys(sighting.text for sighting in run if sighting.text))
    if len(states) > keep:
        states = [*states[: keep - 1], "…", states[-1]]
    return " ".join(state if state == "…" else shown(state, 60) for state in states)


def run(finding: Finding) -> str:
    """The first text that left letter by letter: `ko kob … kobarikudo → t.example/?q=`; empty if none did."""
    for letters in prefixes(finding.sightings):
        return f"{growth(letters)} → {shown(place(letters[-1]), 200)}"
    return ""
