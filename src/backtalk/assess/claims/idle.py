"""Nobody is contacted while idle."""

from __future__ import annotations

from typing import ClassVar

from backtalk.assess.claim import NEVER, Bearing, Claim, contacted
from backtalk.assess.observation import Observation


class Idle(Claim):
    ID: ClassVar[str] = "idle"
    STATEMENT: ClassVar[str] = "Nobody is contacted while you do nothing."
    TESTED_BY: ClassVar[str] = (
        "The browser is left open and untouched. Whatever it then sends by itself, to anybody, speaks against it."
    )
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "It shows contact, not content.",
        "DNS queries alone are not counted; what the open page itself asks for is not either.",
        "Contacts rarer than the time left idle are missed.",
        "A private session is left idle in normal mode, after its private window was closed.",
    )
    REFERENCES: ClassVar[tuple[str, ...]] = ("Leith 2020, Web Browser Privacy, the idle step",)

    def bearing(self, session: Observation) -> Bearing:
        """Whom the browser spoke to from the beginning of each idle time to its end."""
        acts = [act for act in session.timeline.acts if act.stimulus.action == "idle"]
        begun = tuple(act for act in acts if act.begun > 0)
        found = [one for act in begun for one in contacted(session, act.begun, act.ended or NEVER)]
        return Bearing(
            acts=begun,
            contacts=tuple(found),
            missing=tuple(f"{act.stimulus.id} was not done to its end" for act in acts if not act.done),
            since=min((act.begun for act in begun), default=NEVER),
            horizon=min((act.ended - act.begun for act in begun if act.ended), default=0.0),
            hidden=False,
        )
