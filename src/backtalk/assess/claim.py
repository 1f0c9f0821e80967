"""What a claim is: one declarative file that says what is claimed, how it is tested, and what bears on it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar

from msgspec import Struct

from backtalk.assess.observation import Observation
from backtalk.model.capture import Exchange
from backtalk.model.finding import Contact, Sighting
from backtalk.model.plan import Mode, Stimulus
from backtalk.model.timeline import Act
from backtalk.model.view import Join

BOTH: tuple[Mode, ...] = ("normal", "private")
NEVER = float("inf")
SUBMITTED = frozenset({"visit", "search"})


class Bearing(Struct, frozen=True, kw_only=True):
    """What one session says about one claim.

    `acts` are the stimuli that test it; empty where none took place. `sightings`,
    `contacts` and `joins` speak against it; `noted` are joins that are told but do not.
    `missing` is what kept the test from being complete. A canary existed from `since` on;
    `horizon` is for how many seconds it was then waited. `hidden`: unread bytes could hold
    what speaks against it. `inapplicable` says why the claim says nothing here.
    """

    acts: tuple[Act, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    contacts: tuple[Contact, ...] = ()
    joins: tuple[Join, ...] = ()
    noted: tuple[Join, ...] = ()
    missing: tuple[str, ...] = ()
    since: float = NEVER
    horizon: float = 0.0
    hidden: bool = True
    inapplicable: str = ""

    @property
    def against(self) -> bool:
        return bool(self.sightings or self.contacts or self.joins)

    def keys(self, session: str) -> frozenset[str]:
        """What tells one session's evidence from another's: canaries and identifiers, or that there was contact."""
        values = {one.canary for one in self.sightings} | {one.value for one in self.joins}
        return frozenset(values or ({session} if self.contacts else ()))


class Claim(ABC):
    """A statement by the maker, turned into something testable. An empty LIMITATIONS means complete."""

    ID: ClassVar[str]
    STATEMENT: ClassVar[str]
    TESTED_BY: ClassVar[str]
    APPLIES: ClassVar[tuple[Mode, ...]] = BOTH
    LIMITATIONS: ClassVar[tuple[str, ...]] = ()
    REFERENCES: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def bearing(self, session: Observation) -> Bearing:
        """What the session says about the claim."""


def tested(
    session: Observation, wanted: Callable[[Stimulus], bool], against: Callable[[Sighting, Act], bool]
) -> Bearing:
    """The bearing of a claim about canaries: leaks of those that the wanted stimuli of the condition's mode planted."""
    acts = [act for act in session.timeline.acts if act.stimulus.mode == session.mode and wanted(act.stimulus)]
    begun = tuple(act for act in acts if act.begun > 0)
    names = {act.stimulus.id for act in begun}
    leaks = tuple(
        one for one in session.leaks if (act := session.planters[one.canary]).stimulus.id in names and against(one, act)
    )
    unknown = [one for one in session.unattributed if session.planters[one.canary].stimulus.id in names]
    missing = [problem for act in acts if (problem := _incomplete(session, act))]
    if unknown:
        missing.append(f"{len(unknown)} sightings whose originator is unknown")
    last = max((act.begun for act in begun), default=NEVER)
    return Bearing(
        acts=begun,
        sightings=leaks,
        missing=tuple(missing),
        since=min((act.begun for act in begun), default=NEVER),
        horizon=max(session.view.session.ended - last, 0.0),
    )


def contacted(session: Observation, since: float, until: float) -> tuple[Contact, ...]:
    """Whom the subject itself spoke to, other than the resolver, from `since` to before `until`, in order of time."""
    found = [
        contact(session, exchange)
        for place, exchange in sorted(session.exchanges.items())
        if exchange.kind != "dns" and session.origins[place] == "native" and since <= exchange.started < until
    ]
    return tuple(sorted(found, key=lambda one: (one.at, one.source, one.exchange)))


def contact(session: Observation, exchange: Exchange) -> Contact:
    """One exchange as a contact."""
    during = session.timeline.during(exchange.started)
    return Contact(
        session=session.id,
        source=exchange.source,
        exchange=exchange.index,
        host=exchange.host,
        url=exchange.url,
        at=exchange.started,
        during=during.stimulus.id if during else "",
        sent=len(exchange.part("request.body")),
    )


def _incomplete(session: Observation, act: Act) -> str:
    name = act.stimulus.id
    if act.failed:
        return f"{name} failed: {act.failed}"
    if not act.done:
        return f"{name} was not done to its end"
    if act.stimulus.action in SUBMITTED and act.submitted <= 0:
        return f"{name} was never submitted"
    if act.stimulus.action in SUBMITTED and not session.reached(act):
        return f"{name} was not seen to arrive where it was submitted to"
    return ""
