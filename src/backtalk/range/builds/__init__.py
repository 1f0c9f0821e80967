"""Builds: what a simulated handset is and does, one TOML file each."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import msgspec
from msgspec import Struct

from backtalk.errors import UsageError


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


class Build(Struct, frozen=True, forbid_unknown_fields=True):
    """One build of everything on the handset."""

    name: str
    summary: str
    model: Model
    browser: Browser
    music: Music


def names() -> list[str]:
    """Every build that is shipped."""
    return sorted(one.name.removesuffix(".toml") for one in files(__package__).iterdir() if one.name.endswith(".toml"))


def load(name: str) -> Build:
    """The build of this name; UsageError, with those that there are, if there is none."""
    if name not in names():
        raise UsageError(f"there is no build {name!r}.", remedy=f"Take one of: {', '.join(names())}.")
    text = (files(__package__) / f"{name}.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Build)
