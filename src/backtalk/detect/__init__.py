"""Finds canaries again: needles for the walker, sightings from its hits. Pure functions."""

from __future__ import annotations

from backtalk.detect.digests import Digests, Looked
from backtalk.detect.identifiers import joins
from backtalk.detect.keystrokes import keystrokes
from backtalk.detect.mint import Mint
from backtalk.detect.needles import needles
from backtalk.detect.sightings import Buffer, sightings

__all__ = ["Buffer", "Digests", "Looked", "Mint", "joins", "keystrokes", "needles", "sightings"]
