"""Firefox ESR as Debian packages it."""

from __future__ import annotations

from backtalk.lab.subjects.subject import Keys, Setting, Subject

_PROFILE = ".mozilla/firefox/visitor.default"
_USER_JS = f"{_PROFILE}/user.js"

FIREFOX = Subject(
    id="firefox",
    name="Firefox ESR",
    package="firefox-esr",
    command=("firefox-esr", "--profile", f"/home/visitor/{_PROFILE}"),
    version=("firefox-esr", "--version"),
    window_class="firefox-esr",
    trust=_PROFILE,
    keys=Keys(private_window="ctrl+shift+p"),
    files=("/etc/firefox-esr/*.js", "/etc/firefox-esr/policies/*.json", "/usr/lib/firefox-esr/distribution/*.*"),
    suggestions_on=(
        Setting(file=_USER_JS, form="user.js", key="browser.search.suggest.enabled", value=True),
        Setting(file=_USER_JS, form="user.js", key="browser.urlbar.suggest.searches", value=True),
    ),
    suggestions_off=(
        Setting(file=_USER_JS, form="user.js", key="browser.search.suggest.enabled", value=False),
        Setting(file=_USER_JS, form="user.js", key="browser.urlbar.suggest.searches", value=False),
    ),
    welcome="a first-run page, 'Welcome to Firefox', that offers settings and an account, beside a privacy notice",
    engine="Google",
    references=("https://sources.debian.org/src/firefox-esr/",),
    limitations=(
        "--profile names a new folder, so that the lab's certificate can be in its cert9.db before the start.",
    ),
)
