"""Subjects and conditions by the names that a reader knows, as the sessions recorded them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from backtalk.model.result import Result, SessionResult
from backtalk.report.text import count

NUMBER = re.compile(r"\d+(?:\.\d+)+[a-z]*")
DEBIAN = re.compile(r"[~+-]deb\d")
KNOWN = 3
"""Names that are listed one by one; more are counted."""


class Names:
    """The names of one result's subjects and conditions; what recorded nothing keeps its id."""

    def __init__(self, result: Result) -> None:
        subjects, conditions = _by(result.sessions, "subject"), _by(result.sessions, "condition")
        self._subjects = _told({id_: _program(own) for id_, own in subjects.items()})
        self._versions = {id_: _version(own) for id_, own in subjects.items()}
        self._packagers = {id_: _packager(own) for id_, own in subjects.items()}
        varied = any(_switches(own) for own in conditions.values())
        self._conditions = _told({id_: _condition(own, varied=varied) for id_, own in conditions.items()})
        self._modes = {id_: _mode(own) for id_, own in conditions.items()}
        self._all = {id_: {one.condition for one in own} for id_, own in subjects.items()}

    def subject(self, subject: str) -> str:
        """The program, without its version: `Firefox ESR`."""
        return self._subjects.get(subject, subject)

    def version(self, subject: str) -> str:
        """The program with its version: `Chromium 156.0.1`."""
        return " ".join(filter(None, (self.subject(subject), self._versions.get(subject, ""))))

    def packager(self, subject: str) -> str:
        """Who packaged it: `as packaged by Debian`; empty where that is not known."""
        return self._packagers.get(subject, "")

    def build(self, subject: str) -> str:
        """The exact build: `Chromium 156.0.1, as packaged by Debian`."""
        return ", ".join(filter(None, (self.version(subject), self.packager(subject))))

    def condition(self, condition: str) -> str:
        """What was held fixed: `private mode, suggestions switched on`."""
        return self._conditions.get(condition, condition)

    def conditions(self, subject: str, conditions: Iterable[str]) -> str:
        """Several conditions of a subject in a few words."""
        chosen = list(dict.fromkeys(conditions))
        run = self._all.get(subject, set())
        if len(chosen) > 1 and set(chosen) >= run:
            return _all_of(len(chosen))
        modes = {self._modes.get(one, "") for one in chosen}
        alike = {one for one in run if self._modes[one] in modes}
        if len(chosen) > 1 and len(modes) == 1 and set(chosen) == alike:
            return f"{_all_of(len(chosen))} in {modes.pop()}"
        if len(chosen) > 1 and len(run) > len(chosen):
            return f"{len(chosen)} of {count(len(run), 'condition')}"
        return "; ".join(self.condition(one) for one in chosen)


def listed(names: Iterable[str], most: int = KNOWN) -> str:
    """Names as a sentence has them: `a, b and c`; those beyond `most` are counted."""
    given = list(dict.fromkeys(names))
    if len(given) > most:
        return f"{', '.join(given[:most])} and {len(given) - most} more"
    return " and ".join(filter(None, (", ".join(given[:-1]), *given[-1:])))


def _all_of(number: int) -> str:
    return "both conditions" if number == 2 else f"all {number} conditions"


def _by(sessions: Iterable[SessionResult], key: str) -> dict[str, list[SessionResult]]:
    groups: dict[str, list[SessionResult]] = {}
    for one in sessions:
        groups.setdefault(str(getattr(one, key)), []).append(one)
    return groups


def _told(names: dict[str, str]) -> dict[str, str]:
    """The names, each with its id where two would be called alike."""
    alike = Counter(names.values())
    return {id_: f"{name} ({id_})" if alike[name] > 1 else name or id_ for id_, name in names.items()}


def _program(sessions: list[SessionResult]) -> str:
    return next((one.configuration.program for one in sessions if one.configuration), sessions[0].subject)


def _version(sessions: list[SessionResult]) -> str:
    """The number of the version; where sessions ran different ones, that they did."""
    versions = dict.fromkeys(one.configuration.version for one in sessions if one.configuration)
    if len(versions) != 1:
        return f"in {len(versions)} versions" if versions else ""
    (version,) = versions
    number = NUMBER.search(version)
    return number[0] if number else version


def _packager(sessions: list[SessionResult]) -> str:
    packages = dict.fromkeys(one.configuration.package for one in sessions if one.configuration)
    if not packages or not all(packages):
        return ""
    return "as packaged by Debian" if all(map(DEBIAN.search, packages)) else "as packaged"


def _mode(sessions: list[SessionResult]) -> str:
    private = any(stimulus.mode == "private" for one in sessions for stimulus in one.stimuli)
    return "private mode" if private else "normal mode"


def _condition(sessions: list[SessionResult], *, varied: bool) -> str:
    mode = _mode(sessions)
    if not any(one.stimuli for one in sessions):
        return sessions[0].condition
    switches = _switches(sessions)
    if not switches:
        return f"{mode}, suggestions as packaged" if varied else f"{mode}, as packaged"
    for value, word in (("true", "on"), ("false", "off")):
        if all("suggest" in one and one.endswith(f"= {value}") for one in switches):
            return f"{mode}, suggestions switched {word}"
    return f"{mode}, settings changed"


def _switches(sessions: Iterable[SessionResult]) -> list[str]:
    return [switch for one in sessions if one.configuration for switch in one.configuration.switches]
