"""A typed URL goes only to its site."""

from __future__ import annotations

from typing import ClassVar

from backtalk.assess.claim import Bearing, Claim, tested
from backtalk.assess.observation import Observation


class Visited(Claim):
    ID: ClassVar[str] = "visited"
    STATEMENT: ClassVar[str] = "An address that you enter goes only to its site."
    TESTED_BY: ClassVar[str] = (
        "Addresses whose host, path and query exist nowhere else are typed and pasted. Any of the three, whole or "
        "letter by letter, before or after Return, that reaches anybody but the site speaks against it."
    )
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "The configured resolver may get the whole host name, and the site's server its TLS hello.",
        "A digest of an address is not recognised when its salt or key stands nowhere in the same message.",
    )
    REFERENCES: ClassVar[tuple[str, ...]] = ("Leith 2020, Web Browser Privacy",)

    def bearing(self, session: Observation) -> Bearing:
        """What of an entered address reached anybody but its site."""
        return tested(session, lambda stimulus: stimulus.action == "visit", lambda _one, _act: True)
