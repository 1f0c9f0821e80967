"""From hits to sightings: one for each place, the fullest match that stands there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from backtalk.detect.fields import field
from backtalk.detect.places import Measure, Place, distinct, measured
from backtalk.detect.split import split
from backtalk.model.canary import Canary, Match, Needle
from backtalk.model.capture import Exchange, Part
from backtalk.model.decoding import Span, Step, Walk
from backtalk.model.finding import Digest, Sighting
from backtalk.model.plan import Stimulus

Buffer = Callable[[tuple[Step, ...]], bytes]
"""Gives the buffer that these steps reach, from the part's bytes on."""

RESPELLED: dict[str, Match] = {"xor": "xor", "reversed": "reversed"}
"""Codecs that are told as a kind of match."""


def sightings(
    exchange: Exchange,
    part: Part,
    walk: Walk,
    canaries: Sequence[Canary],
    needles: Sequence[Needle],
    buffer: Buffer,
    *,
    session: str = "",
    stimuli: Sequence[Stimulus] = (),
) -> tuple[Sighting, ...]:
    """The sightings in one part, by canary and place.

    `walk` is what the walker made with `needles` gave for `part.data`. `session` is the
    one in which the part was recorded; `stimuli` are its script's. `buffer(())` gives
    `part.data`. The span and text of a typed canary run on as far as the typed text does;
    `text` is those bytes as Latin-1. Origin, expectation, moment and mode are left for
    assess.
    """
    met: dict[int, list[Place]] = {}
    for hit in walk.hits:
        needle = needles[hit.needle]
        canary, data = canaries[needle.canary], buffer(hit.steps)
        measure = measured(canary, needle, typed_from(canary, stimuli), data, hit.found[0])
        steps = hit.steps
        pieces: tuple[Span, ...] = ()
        if needle.match == "prefix" and (measure is None or measure.match == "prefix") and canary.value.isalnum():
            cut = split(canary.value, hit.steps, hit.found[0], buffer)
            if cut is not None:
                steps, pieces = cut
                measure = Measure("split", (pieces[0][0], pieces[-1][1]))
        if measure is not None:
            data = buffer(steps)
            spans = pieces or (measure.found,)
            place = Place(
                match=_undone(measure.match, steps),
                found=measure.found,
                steps=steps,
                text=b"".join(data[start:end] for start, end in spans).decode("latin-1"),
                field=field(part.name, spans[0], steps, buffer),
                spelling=measure.spelling,
                pieces=pieces,
            )
            met.setdefault(needle.canary, []).append(place)
    return tuple(
        sighting(exchange, part, canaries[index], place, session)
        for index in sorted(met)
        for place in distinct(met[index])
    )


def _undone(match: Match, steps: Sequence[Step]) -> Match:
    """A whole canary that was written backwards, or XORed with a key, is told as that."""
    for step in reversed(steps):
        if match in {"exact", "caseless"} and step.codec in RESPELLED:
            return RESPELLED[step.codec]
    return match


def typed_from(canary: Canary, stimuli: Sequence[Stimulus]) -> str:
    """What was typed, from the canary on; the canary itself where nothing was."""
    for stimulus in stimuli:
        if stimulus.id == canary.stimulus and stimulus.how and (start := stimulus.text.find(canary.value)) >= 0:
            return stimulus.text[start:]
    return canary.value


def sighting(
    exchange: Exchange, part: Part, canary: Canary, place: Place, session: str, digest: Digest | None = None
) -> Sighting:
    """What stands in a place of a part, as it is told to others."""
    return Sighting(
        canary=canary.value,
        kind=canary.kind,
        stimulus=canary.stimulus,
        session=session,
        match=place.match,
        source=exchange.source,
        exchange=exchange.index,
        host=exchange.host,
        part=part.name,
        found=place.found,
        steps=place.steps,
        field=place.field,
        text=place.text,
        url=exchange.url,
        at=exchange.started,
        spelling=place.spelling,
        pieces=place.pieces,
        digest=digest,
    )
