"""What the maker's own format says of a finding's sightings, in a sentence: it explains, and decides nothing."""

from __future__ import annotations

from collections.abc import Sequence

from backtalk.model.finding import Sighting
from backtalk.model.message import Setting

MOST_EVENTS, MOST_NAMES, LONGEST = 3, 3, 80
"""Events and identifiers that are named, and letters of each."""


def told(sightings: Sequence[Sighting]) -> str:
    """Format, field, events and the identifiers beside it; empty unless all sightings stand alike."""
    settings = [one.setting for one in sightings if one.setting is not None]
    if not settings or len(settings) < len(sightings):
        return ""
    if len({(one.format, one.field) for one in settings}) > 1 or not settings[0].field:
        return ""
    events = sorted({one.event for one in settings} - {""})
    named = f" events {_list(events, MOST_EVENTS)}" if events else " messages"
    beside = _beside(settings)
    joined = f", beside {_list(beside, MOST_NAMES)}" if beside else ""
    return f" It stood in the field {settings[0].field[:LONGEST]} of {settings[0].title}{named}{joined}."


def _beside(settings: Sequence[Setting]) -> list[str]:
    """The identifiers and accounts that stood beside every one, in the first one's order."""
    common = set.intersection(*({(each.kind, each.name) for each in one.beside} for one in settings))
    order = dict.fromkeys((each.kind, each.name) for each in settings[0].beside)
    return [f"{kind} {name}" for kind, name in order if (kind, name) in common and kind != "session"]


def _list(words: Sequence[str], most: int) -> str:
    shown = [word[:LONGEST] for word in words[:most]]
    return ", ".join(shown) + (f" and {len(words) - most} more" if len(words) > most else "")
