"""Nothing typed leaves before it is submitted."""

from __future__ import annotations

from typing import ClassVar

from backtalk.assess.claim import Bearing, Claim, tested
from backtalk.assess.observation import Observation
from backtalk.model.finding import Sighting
from backtalk.model.plan import Stimulus
from backtalk.model.timeline import Act


class Typed(Claim):
    ID: ClassVar[str] = "typed"
    STATEMENT: ClassVar[str] = "Nothing that you type leaves your device before you submit it."
    TESTED_BY: ClassVar[str] = (
        "Words and addresses that exist nowhere else are typed into the address bar at human speed; some are "
        "submitted, some never. Any of them, whole or letter by letter, that is sent before Return is pressed speaks "
        "against it."
    )
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "A DNS query for a whole host name, and the TLS hello to that very host, are not counted even before Return.",
        "Letters are recognised from the fourth on, in a sequence of at least three; shorter ones are shown with them.",
        "What is pasted is not typed: the claim about visited addresses covers it.",
    )
    REFERENCES: ClassVar[tuple[str, ...]] = ("Leith 2020, Web Browser Privacy, the step that types a URL",)

    def bearing(self, session: Observation) -> Bearing:
        """What left of a typed text while it was not yet submitted."""
        return tested(session, _typed, _early)


def _typed(stimulus: Stimulus) -> bool:
    return stimulus.how == "type" and stimulus.action in {"visit", "search", "draft"}


def _early(one: Sighting, act: Act) -> bool:
    return act.stimulus.action == "draft" or one.at < act.submitted
