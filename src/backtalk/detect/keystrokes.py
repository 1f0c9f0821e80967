"""The prefix rule: a typed text that leaves letter by letter."""

from __future__ import annotations

from collections.abc import Sequence

from backtalk.model.capture import Exchange
from backtalk.model.finding import Sighting
from backtalk.model.plan import Script
from backtalk.model.timeline import Timeline
from backtalk.model.view import Keystrokes


def keystrokes(
    sightings: Sequence[Sighting], script: Script, timeline: Timeline, exchanges: Sequence[Exchange]
) -> tuple[Keystrokes, ...]:
    """Every text of the session, decoys included, that passes the prefix rule.

    `sightings` are those of the whole session, `exchanges` its own, in which shorter
    prefixes are looked up.
    """
    raise NotImplementedError
