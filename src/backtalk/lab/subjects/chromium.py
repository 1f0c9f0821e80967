"""Chromium as Debian packages it."""

from __future__ import annotations

from backtalk.lab.subjects.subject import Keys, Setting, Subject

_PREFERENCES = "/etc/chromium/master_preferences"

CHROMIUM = Subject(
    id="chromium",
    name="Chromium",
    package="chromium",
    command=("chromium",),
    version=("chromium", "--version"),
    window_class="chromium",
    trust=".pki/nssdb",
    keys=Keys(private_window="ctrl+shift+n"),
    files=(_PREFERENCES, "/etc/chromium.d/*", "/etc/chromium/policies/*/*.json"),
    suggestions_on=(Setting(file=_PREFERENCES, form="json", key="search.suggest_enabled", value=True),),
    suggestions_off=(Setting(file=_PREFERENCES, form="json", key="search.suggest_enabled", value=False),),
    engine="DuckDuckGo",
    references=("https://sources.debian.org/src/chromium/",),
    limitations=(
        "Started without any flag: --no-first-run would skip the packager's preferences and reverse the result.",
        "Suggestions are switched in the packager's preferences, which a new profile takes over at its first start.",
    ),
)
