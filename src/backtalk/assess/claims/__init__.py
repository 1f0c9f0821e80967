"""The makers' claims that can be tested: one file each, listed here."""

from __future__ import annotations

from backtalk.assess.claim import Claim
from backtalk.assess.claims.idle import Idle
from backtalk.assess.claims.private import Private
from backtalk.assess.claims.reported import Reported
from backtalk.assess.claims.typed import Typed
from backtalk.assess.claims.visited import Visited
from backtalk.assess.claims.welcome import Welcome

CLAIMS: tuple[Claim, ...] = (Typed(), Visited(), Private(), Reported(), Idle(), Welcome())
