"""A finding as the page tells it: what left letter by letter, to whom, the way back to the bytes, the picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from backtalk.model.finding import Contact, Finding, Sighting
from backtalk.model.result import Result, StimulusShown
from backtalk.model.trace import Trace
from backtalk.report.screens import Album, Shot
from backtalk.report.text import DASH, seconds
from backtalk.report.trace import Layer, layers
from backtalk.report.words import place, prefixes

RUNS, SIGHTINGS, WAYS = 4, 12, 2
"""How many typed texts, single sightings and decode paths are told in full for each finding."""
LETTERS = 40


class Prefix(Struct, frozen=True, kw_only=True):
    """One state of a text being typed that left; without text, the moment at which Return was pressed."""

    when: str
    text: str = ""
    place: str = ""


class Typing(Struct, frozen=True, kw_only=True):
    """One text and its prefixes, in the order they left; `more` are not listed.

    `place` is where all of them stood, empty where they differ.
    """

    session: str
    stimulus: StimulusShown | None
    typed: str
    prefixes: tuple[Prefix, ...]
    place: str
    more: int


class Seen(Struct, frozen=True, kw_only=True):
    """One sighting or contact in a list."""

    when: str
    session: str
    what: str
    place: str


class Way(Struct, frozen=True, kw_only=True):
    """One sighting's decode path, with the picture of the moment."""

    sighting: Sighting
    trace: Trace
    layers: tuple[Layer, ...]
    shot: Shot | None
    caption: str


class Story(Struct, frozen=True, kw_only=True):
    """All that is told of one finding; the counts are of what is left out."""

    finding: Finding
    typings: tuple[Typing, ...]
    more_typings: int
    seen: tuple[Seen, ...]
    more_seen: int
    ways: tuple[Way, ...]


class Teller:
    """Makes the stories of one result's findings."""

    def __init__(self, result: Result, album: Album, explain: Callable[[Sighting], Trace]) -> None:
        self._stimuli = {(one.id, shown.id): shown for one in result.sessions for shown in one.stimuli}
        self._began = {one.id: one.began for one in result.sessions}
        self._album, self._explain = album, explain

    def story(self, finding: Finding) -> Story:
        """The finding, with its first decode paths replayed. Raises what `explain` raises: nothing is glossed over."""
        runs = prefixes(finding.sightings)
        letters = {_value(one) for run in runs for one in run}
        whole = [one for one in finding.sightings if one.match != "prefix" and _value(one) not in letters]
        seen = [self._seen(one) for one in whole]
        seen += [self._contact(one) for one in finding.contacts]
        return Story(
            finding=finding,
            typings=tuple(self._typing(run) for run in runs[:RUNS]),
            more_typings=max(len(runs) - RUNS, 0),
            seen=tuple(seen[:SIGHTINGS]),
            more_seen=max(len(seen) - SIGHTINGS, 0),
            ways=tuple(self._way(one) for one in self._examples(finding, runs)),
        )

    def _examples(self, finding: Finding, runs: list[tuple[Sighting, ...]]) -> Iterable[Sighting]:
        """The fullest sighting of each session, for the first sessions: independent repeats, not more of the same."""
        fullest = [max(run, key=lambda one: len(one.text)) for run in runs] or finding.sightings
        sessions: dict[str, Sighting] = {}
        for one in fullest:
            sessions.setdefault(one.session, one)
        return list(sessions.values())[:WAYS]

    def _typing(self, run: tuple[Sighting, ...]) -> Typing:
        stimulus = self._stimuli.get((run[0].session, run[0].stimulus))
        told = [Prefix(when=self._after(one), text=one.text, place=place(one)) for one in run[:LETTERS]]
        places = {one.place for one in told}
        if stimulus and stimulus.submitted > stimulus.begun:
            before = sum(one.at < stimulus.submitted for one in run[:LETTERS])
            told.insert(before, Prefix(when=f"{stimulus.submitted - stimulus.begun:.2f} s"))
        return Typing(
            session=run[0].session,
            stimulus=stimulus,
            typed=stimulus.text if stimulus else run[0].canary,
            prefixes=tuple(told),
            place=places.pop() if len(places) == 1 else "",
            more=max(len(run) - LETTERS, 0),
        )

    def _seen(self, one: Sighting) -> Seen:
        what = f"{one.text or one.canary} ({one.match})"
        return Seen(when=self._when(one), session=one.session, what=what, place=place(one))

    def _contact(self, one: Contact) -> Seen:
        after = one.at - self._began.get(one.session, one.at)
        where = one.url or one.host
        return Seen(when=f"{seconds(after)} in", session=one.session, what=f"{one.sent} bytes sent", place=where)

    def _when(self, one: Sighting) -> str:
        """Since the first keystroke, and on which side of Return."""
        stimulus, after = self._stimuli.get((one.session, one.stimulus)), self._after(one)
        if stimulus is None or after == DASH:
            return after
        if stimulus.submitted <= 0:
            return f"{after}, never submitted" if stimulus.action == "draft" else after
        return f"{after}, {'before' if one.at < stimulus.submitted else 'after'} Return"

    def _after(self, one: Sighting) -> str:
        """Since the first keystroke of the stimulus; a dash where that was in another session."""
        stimulus = self._stimuli.get((one.session, one.stimulus))
        if stimulus is None or not 0 < stimulus.begun <= one.at:
            return DASH
        return f"{one.at - stimulus.begun:.2f} s"

    def _way(self, one: Sighting) -> Way:
        trace = self._explain(one)
        moment = self._stimuli.get((one.session, one.during)) or self._stimuli.get((one.session, one.stimulus))
        shot = self._album.shot(moment.screenshot) if moment and moment.screenshot else None
        caption = f"Session {one.session}, at the end of “{moment.action}”" if moment else ""
        return Way(sighting=one, trace=trace, layers=layers(trace), shot=shot, caption=caption)


def _value(one: Sighting) -> tuple[str, int, str, str]:
    """Where it stood; a whole canary at the end of a text that left letter by letter is told with the text."""
    return (one.source, one.exchange, one.part, one.field)
