"""Nothing is sent before the first choice on the welcome screen."""

from __future__ import annotations

from typing import ClassVar

from backtalk.assess.claim import NEVER, Bearing, Claim, contacted
from backtalk.assess.observation import Observation


class Welcome(Claim):
    ID: ClassVar[str] = "welcome"
    STATEMENT: ClassVar[str] = "Nothing is sent before you have made your first choice on the welcome screen."
    TESTED_BY: ClassVar[str] = (
        "A new profile is started, and nothing is chosen yet. Whatever the browser then sends by itself, to anybody "
        "and for whatever purpose (connectivity, settings and updates included), speaks against it."
    )
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "It shows contact, not content.",
        "DNS queries alone are not counted.",
        "Where the moment of the choice was not recorded, only the time of the start itself is judged.",
    )
    REFERENCES: ClassVar[tuple[str, ...]] = ("Leith 2020, Web Browser Privacy, the fresh start",)

    def bearing(self, session: Observation) -> Bearing:
        """Whom the browser spoke to from its first start to the first choice."""
        configuration = session.view.session.configuration
        if configuration is not None and not configuration.welcome:
            return Bearing(inapplicable="no welcome screen is shown")
        acts = [act for act in session.timeline.acts if act.stimulus.action == "start"][:1]
        begun = tuple(act for act in acts if act.begun > 0)
        missing = [f"{act.stimulus.id} was not done to its end" for act in acts if not act.done]
        if configuration is None:
            return Bearing(acts=begun, missing=(*missing, "whether a welcome screen is shown"), hidden=False)
        times = [(act.begun, act.submitted or act.ended) for act in begun]
        return Bearing(
            acts=begun,
            contacts=tuple(one for since, choice in times for one in contacted(session, since, choice)),
            missing=tuple(missing),
            since=min((since for since, _ in times), default=NEVER),
            horizon=min((choice - since for since, choice in times if choice), default=0.0),
            hidden=False,
        )
