"""What a handset is: its model, its browser, its music, and the switches that its owner has."""

from __future__ import annotations

from msgspec import Struct


class Model(Struct, frozen=True, forbid_unknown_fields=True):
    """The handset, as its maker names it. `level` is Android's API level, `region` a country's two letters."""

    maker: str
    brand: str
    name: str
    code: str
    device: str
    android: str
    level: int
    build: str
    version: str
    region: str
    locale: str
    operator: str

    @property
    def fingerprint(self) -> str:
        """Android's own name for one exact build."""
        return f"{self.brand}/{self.device}/{self.device}:{self.android}/{self.build}/{self.version}:user/release-keys"


class Switch(Struct, frozen=True, forbid_unknown_fields=True):
    """A switch in the browser's privacy settings, and how it stands at first."""

    id: str
    title: str
    summary: str
    on: bool


class Browser(Struct, frozen=True, forbid_unknown_fields=True):
    """The browser. `search` is what a search's words are put behind; `consent` is what is asked at first."""

    version: str
    code: int
    home: str
    engine: str
    search: str
    consent: str
    dials: tuple[tuple[str, str], ...] = ()
    feed: tuple[tuple[str, str, str], ...] = ()
    switches: tuple[Switch, ...] = ()


class Music(Struct, frozen=True, forbid_unknown_fields=True):
    """What the music app plays: titles and artists."""

    tracks: tuple[tuple[str, str], ...] = ()
