"""What one build is."""

from __future__ import annotations

from msgspec import Struct

from backtalk.range.builds.device import Browser, Model, Music
from backtalk.range.builds.reporting import Reporting


class Build(Struct, frozen=True, forbid_unknown_fields=True):
    """One build of everything on the handset. `statements` are those of 2020 that it does."""

    name: str
    summary: str
    model: Model
    browser: Browser
    music: Music
    statements: tuple[str, ...] = ()
    reporting: Reporting = Reporting()
