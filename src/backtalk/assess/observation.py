"""One session as it is weighed: every sighting with who made it, when, and whether that was expected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

import msgspec

from backtalk.assess.addresses import path
from backtalk.assess.expected import engines, rule
from backtalk.assess.origin import origins
from backtalk.assess.search import Taken, navigation
from backtalk.model.capture import OUTGOING, Exchange
from backtalk.model.finding import Origin, Sighting
from backtalk.model.plan import Mode
from backtalk.model.timeline import Act, Timeline
from backtalk.model.view import FEWEST_LETTERS, FEWEST_PREFIXES, Join, Keystrokes, Place, SessionView

RECOGNISABLE = 4
"""Letters from which a prefix is met by itself."""

PLANTED = frozenset({"host", "path", "query", "text"})
"""Kinds of canary that a person's use plants; the others are the lab's own."""

OF_PAGES = frozenset({"referer", "origin", "cookie", "host"})
"""Headers in which a page's own request may hold what only the page knows."""


class Observation:
    """A session's view with all that follows from it, each thing worked out once. Never changed."""

    def __init__(self, view: SessionView, joins: Iterable[Join] = (), peers: int = 0) -> None:
        """`joins` are the case's, `peers` the number of its other sessions of the same subject."""
        self.view = view
        self.peers = peers
        self.joins = tuple(join for join in joins if join.session == view.session.id)
        self.timeline = Timeline.of(view.session.script, view.events)

    @property
    def id(self) -> str:
        return self.view.session.id

    @property
    def mode(self) -> Mode:
        """The condition's mode: only what was done in it bears on the condition."""
        return self.view.session.script.session.condition.mode

    @property
    def excluded(self) -> str:
        """Why the session does not count, if it does not."""
        session = self.view.session
        if session.state == "sealed":
            return ""
        return f"{session.state}: {session.reason}" if session.reason else session.state

    @property
    def fresh(self) -> bool:
        """Whether the session began with a new profile: with a start, before all else that was done in it."""
        begun = sorted((act for act in self.timeline.acts if act.begun > 0), key=lambda act: act.begun)
        return bool(begun) and begun[0].stimulus.action == "start"

    @cached_property
    def exchanges(self) -> Mapping[Place, Exchange]:
        return {(one.source, one.index): one for one in self.view.exchanges}

    @cached_property
    def origins(self) -> Mapping[Place, Origin]:
        return origins(self.view, self.timeline, self._results())

    def _results(self) -> Mapping[str, float]:
        """The addresses of search results, and since when they have been open."""
        opened: dict[str, float] = {}
        for one in self.view.sightings:
            exchange, taken = self.exchanges.get((one.source, one.exchange)), self.engines.get(one.stimulus)
            if exchange and taken and one.part == "request.url" and taken.at(exchange.host, path(exchange.url)):
                act = self.planters[one.canary]
                if navigation(exchange) != "no" and 0 < act.submitted <= exchange.started:
                    opened[exchange.url] = min(exchange.started, opened.get(exchange.url, exchange.started))
        return opened

    @cached_property
    def planters(self) -> Mapping[str, Act]:
        """The act that planted each canary of this session, by the canary's value."""
        return {canary.value: act for act in self.timeline.acts for canary in act.stimulus.canaries}

    @cached_property
    def engines(self) -> Mapping[str, Taken]:
        """Which engine took each submitted search, by stimulus."""
        return engines(self.timeline.acts, self.view.sightings, self.exchanges)

    @cached_property
    def sightings(self) -> tuple[Sighting, ...]:
        """The view's sightings, in its order, with origin, expectation, moment and mode."""
        return tuple(self.told(one) for one in self.view.sightings)

    @cached_property
    def keystrokes(self) -> tuple[Keystrokes, ...]:
        """The view's sequences, their sightings told likewise."""
        return tuple(
            msgspec.structs.replace(one, sightings=tuple(self.told(each) for each in one.sightings))
            for one in self.view.keystrokes
        )

    @cached_property
    def leaks(self) -> tuple[Sighting, ...]:
        """Sightings that nobody was expected to get: what the subject itself sent of a planted canary.

        Beginnings count only as part of a sequence that still passes the prefix rule
        without what was expected or the page's own.
        """
        found: dict[bytes, Sighting] = {}
        for sequence in self.keystrokes:
            run = [one for one in sequence.sightings if self.unexpected(one) and one.origin == "native"]
            lengths = {len(one.text) for one in run if len(one.text) >= RECOGNISABLE}
            if len(lengths) >= FEWEST_PREFIXES and max(lengths) >= FEWEST_LETTERS:
                found |= {identity(one): one for one in run}
        for one in self.sightings:
            if one.match != "prefix" and self.unexpected(one) and one.origin == "native":
                found.setdefault(identity(one), one)
        return tuple(sorted(found.values(), key=order))

    @cached_property
    def _sequenced(self) -> frozenset[tuple[str, int, str, str, str]]:
        return frozenset(_value(one) for sequence in self.keystrokes for one in sequence.sightings)

    def sequenced(self, one: Sighting) -> bool:
        """Whether it stood in the same value as a member of a text that left letter by letter."""
        return _value(one) in self._sequenced

    @cached_property
    def unattributed(self) -> tuple[Sighting, ...]:
        """Whole canaries that reached somebody unexpected, and nobody can say who sent them.

        A page's own request tells of its address as pages do, by Referer and Origin; any
        other header of it may be the browser's doing.
        """
        return tuple(
            one
            for one in self.sightings
            if one.match != "prefix"
            and self.unexpected(one)
            and (one.origin == "unknown" or (one.origin == "page" and _added(one)))
        )

    def unexpected(self, one: Sighting) -> bool:
        """Whether the sighting tells of a person's canary to somebody whom no rule names."""
        return one.part in OUTGOING and one.kind in PLANTED and one.canary in self.planters and not one.expected

    def reached(self, act: Act) -> bool:
        """Whether what was submitted arrived where it should: proof that the stimulus took place."""
        return any(
            one.stimulus == act.stimulus.id
            and one.match != "prefix"
            and one.part in {"request.url", "request.body"}
            and one.at >= act.submitted
            and (one.expected or one.origin == "page")
            for one in self.sightings
        )

    def told(self, one: Sighting) -> Sighting:
        """The sighting with origin, expectation, moment and mode."""
        place = (one.source, one.exchange)
        act, during = self.planters.get(one.canary), self.timeline.during(one.at)
        exchange = self.exchanges.get(place)
        expected = ""
        if act is not None and exchange is not None and one.part in OUTGOING:
            expected = rule(one, exchange, act, self.engines.get(act.stimulus.id))
        return msgspec.structs.replace(
            one,
            origin=self.origins.get(place, "unknown"),
            expected=expected,
            during=during.stimulus.id if during else "",
            mode=act.stimulus.mode if act else self.timeline.mode(one.at),
        )


def _added(one: Sighting) -> bool:
    return one.part == "request.header" and one.field.lower() not in OF_PAGES


def _value(one: Sighting) -> tuple[str, int, str, str, str]:
    return (one.source, one.exchange, one.part, one.field, one.stimulus)


def identity(one: Sighting) -> bytes:
    """What makes two sightings the same place."""
    return msgspec.json.encode((one.source, one.exchange, one.part, one.steps, one.found, one.canary))


def order(one: Sighting) -> tuple[str, float, str, int, str, bytes]:
    """A total order: by session and time, then place."""
    return (one.session, one.at, one.source, one.exchange, one.part, identity(one))
