"""From hits to sightings: one for each place, the fullest match that stands there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from backtalk.model.canary import Canary, Needle
from backtalk.model.capture import Exchange, Part
from backtalk.model.decoding import Step, Walk
from backtalk.model.finding import Sighting
from backtalk.model.plan import Stimulus

Buffer = Callable[[tuple[Step, ...]], bytes]
"""Gives the buffer that these steps reach, from the part's bytes on."""


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
    """The sightings in one part, in order of place.

    `walk` is what the walker made with `needles` gave for `part.data`. `session` is the
    one in which the part was recorded; `stimuli` are its script's, whose texts tell how
    far a typed canary runs on. `buffer(())` gives `part.data`. Origin, expectation,
    moment and mode are left for assess.
    """
    raise NotImplementedError
