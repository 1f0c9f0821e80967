"""No page visited is reported to anybody but the site."""

from __future__ import annotations

from typing import ClassVar

from backtalk.assess.claim import Bearing, Claim, tested
from backtalk.assess.observation import Observation
from backtalk.model.finding import Sighting
from backtalk.model.timeline import Act


class Reported(Claim):
    ID: ClassVar[str] = "reported"
    STATEMENT: ClassVar[str] = "No page that you visit is reported to anybody but its site."
    TESTED_BY: ClassVar[str] = (
        "Pages at addresses that exist nowhere else are visited, and everything the browser itself sends from then on "
        "is searched for the host, the path and the query."
    )
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "What leaves while the address is being entered is judged by the claim about entered addresses.",
        "A digest of an address is not recognised when its salt or key stands nowhere in the same message.",
        "Reports kept back for longer than the session are missed.",
    )
    REFERENCES: ClassVar[tuple[str, ...]] = ("Panoptes, IMC 2023: native requests told from the page's own",)

    def bearing(self, session: Observation) -> Bearing:
        """What was told of a page once it was visited."""

        def told(one: Sighting, act: Act) -> bool:
            return 0 < act.submitted <= one.at and one.match != "prefix" and not session.sequenced(one)

        return tested(session, lambda stimulus: stimulus.action == "visit", told)
