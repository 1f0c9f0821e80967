"""Builds: what a simulated handset is, does and sends, one TOML file each."""

from __future__ import annotations

from functools import partial
from importlib.resources import files

from backtalk.errors import UsageError
from backtalk.range.builds.build import Build
from backtalk.range.builds.device import Browser, Model, Music, Switch
from backtalk.range.builds.reading import read
from backtalk.range.builds.reporting import Collector, Heartbeat, Identifier, Report, Reporting

__all__ = [
    "Browser", "Build", "Collector", "Heartbeat", "Identifier", "Model", "Music", "Report", "Reporting", "Switch",
    "load", "names", "parse",
]  # fmt: skip


def names() -> list[str]:
    """Every build that is shipped."""
    return sorted(one.name.removesuffix(".toml") for one in files(__package__).iterdir() if one.name.endswith(".toml"))


def load(name: str) -> Build:
    """The build of this name; UsageError, with those that there are, if there is none."""
    return _load(name, ())


def parse(text: str, file: str = "build.toml") -> Build:
    """The build that a file's text says. UsageError tells every fault, one a line."""
    return read(text, file, partial(_load, within=()))


def _load(name: str, within: tuple[str, ...]) -> Build:
    if name not in names():
        raise UsageError(f"there is no build {name!r}.", remedy=f"Take one of: {', '.join(names())}.")
    if name in within:
        raise UsageError(f"{' is like '.join([*within, name])}, in a circle.")
    text = (files(__package__) / f"{name}.toml").read_text(encoding="utf-8")
    return read(text, f"{name}.toml", partial(_load, within=(*within, name)))
