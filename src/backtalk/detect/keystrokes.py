"""The prefix rule: a typed text that leaves letter by letter.

At least three growing prefixes, the last of six letters or more, in typing order, to one
recipient and field, within the time in which one text was typed. Four letters alone occur
by chance in base64; decoys are held to the same rule, which measures how often it errs.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import msgspec

from backtalk.detect.shorter import endpoint, shorter
from backtalk.model.capture import OUTGOING, Exchange
from backtalk.model.finding import Sighting
from backtalk.model.plan import Script
from backtalk.model.timeline import Act, Timeline
from backtalk.model.view import FEWEST_LETTERS, FEWEST_PREFIXES, Keystrokes, recipient

Channel = tuple[str, str, str, str, str]
"""Canary, recipient, part, endpoint and field: what a growing text must keep to."""


def keystrokes(
    sightings: Sequence[Sighting], script: Script, timeline: Timeline, exchanges: Sequence[Exchange]
) -> tuple[Keystrokes, ...]:
    """Every text of the session, decoys included, that passes the prefix rule.

    `sightings` are those of the whole session, `exchanges` its own, in which shorter
    prefixes are looked up. What is part of another text's sequence is not told twice.
    """
    spoken = [one for one in sightings if one.part in OUTGOING and one.match in {"prefix", "exact", "caseless"}]
    decoys = {decoy.value for decoy in script.decoys}
    found: list[Keystrokes] = []
    for act in timeline.acts:
        if act.stimulus.how != "type" or not act.stimulus.text:
            continue
        own = {canary.value for canary in act.stimulus.canaries}
        channels: dict[Channel, list[Sighting]] = {}
        for one in spoken:
            if one.canary in own | decoys and act.typing(one.at):
                channels.setdefault(_channel(one), []).append(one)
        sequences = [_sequence(act, channels[key], exchanges) for key in sorted(channels)]
        found += _untold(act, [one for one in sequences if one is not None])
    return tuple(found)


def growth(sightings: Sequence[Sighting]) -> list[Sighting]:
    """The longest run of ever longer texts, in the order in which they left (patience sorting)."""
    ordered = sorted(sightings, key=lambda one: (one.at, one.source, one.exchange, one.found))
    lengths: list[int] = []
    tails: list[int] = []
    before: list[int] = []
    for index, one in enumerate(ordered):
        place = bisect_left(lengths, len(one.text))
        before.append(tails[place - 1] if place else -1)
        lengths[place : place + 1] = [len(one.text)]
        tails[place : place + 1] = [index]
    run: list[Sighting] = []
    index = tails[-1] if tails else -1
    while index >= 0:
        run.append(ordered[index])
        index = before[index]
    return run[::-1]


def _sequence(act: Act, candidates: list[Sighting], exchanges: Sequence[Exchange]) -> Keystrokes | None:
    run = growth(candidates)
    if len(run) < FEWEST_PREFIXES or len(run[-1].text) < FEWEST_LETTERS:
        return None
    first = run[0]
    typed = act.stimulus.text
    planted = first.kind != "decoy"
    text = typed[typed.find(first.canary) :] if planted else first.canary
    run = [_prefix(one, text) for one in run]
    if planted:
        run = shorter(first, typed, act.begun, exchanges, run) + run
    return Keystrokes(
        canary=first.canary,
        kind=first.kind,
        stimulus=act.stimulus.id,
        session=first.session,
        recipient=recipient(first.part, first.host),
        part=first.part,
        field=first.field,
        text=text,
        sightings=tuple(run),
        before=act.submitted <= 0 or all(one.at < act.submitted for one in run),
    )


def _prefix(one: Sighting, text: str) -> Sighting:
    """A sighting that may hold a whole canary, yet is a beginning of the text that was typed."""
    return msgspec.structs.replace(one, match="prefix") if len(one.text) < len(text) else one


def _untold(act: Act, sequences: list[Keystrokes]) -> list[Keystrokes]:
    """Without those that only tell the end of a text whose beginning has told it: a URL's path after its host."""
    kept: list[Keystrokes] = []
    for one in sorted(sequences, key=lambda each: (each.decoy, act.stimulus.text.find(each.canary), each.canary)):
        places = {_place(each) for each in one.sightings}
        if not any(places <= {_place(each) for each in other.sightings} for other in kept if not other.decoy):
            kept.append(one)
    return kept


def _place(one: Sighting) -> tuple[str, int, str, str]:
    return (one.source, one.exchange, one.part, one.field)


def _channel(one: Sighting) -> Channel:
    return (one.canary, recipient(one.part, one.host), one.part, endpoint(one), one.field)
