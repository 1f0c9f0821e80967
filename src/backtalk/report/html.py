"""The report of a case: one page, no script, nothing fetched, everything captured shown as text only."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from backtalk.errors import StorageFailed
from backtalk.model.finding import Sighting
from backtalk.model.result import Result
from backtalk.model.trace import Trace
from backtalk.report import text, words
from backtalk.report.page import Page, page

_BASE64 = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")


def write(result: Result, case: Path, out: Path, *, head: str, explain: Callable[[Sighting], Trace]) -> Path:
    """Write the report into the folder `out` and give the path of its `index.html`.

    `head` is the hash that custody ends with. Screenshots are read from `case`. Raises
    what `explain` raises for a sighting that cannot be replayed, and StorageFailed.
    """
    rendered = render(page(result, case, head=head, explain=explain))
    target = out / "index.html"
    fresh = out / ".index.html.new"
    try:
        out.mkdir(parents=True, exist_ok=True)
        fresh.write_text(rendered, encoding="utf-8", newline="\n")
        fresh.replace(target)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise StorageFailed(
            f"The report cannot be written to {out}: {os.strerror(error.errno or 0)}.",
            means="The evidence and the verdicts are untouched.",
            remedy="Make room or choose another folder, then run `backtalk report` again.",
        ) from error
    return target


def render(shown: Page) -> str:
    """The page's HTML: the same for the same page, on any machine."""
    return environment().get_template("index.html.jinja").render(page=shown)


def environment() -> Environment:
    """Templates that escape everything and fail on a name that is missing."""
    made = Environment(
        loader=PackageLoader("backtalk.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        short=text.shown,
        count=text.count,
        size=text.size,
        utc=text.utc,
        seconds=text.seconds,
        percent=text.percent,
        image=_image,
        sign=words.sign,
        bound=words.bound,
        run=words.run,
    )
    made.globals.update(meanings=words.MEANINGS)
    return made


def _image(data: str) -> Markup:
    """Base64 of our own making, which must not be cut as long text is."""
    if not data.isascii() or not set(data) <= _BASE64:
        raise ValueError("only base64 goes into an image's address")
    return Markup(data)  # noqa: S704 (only letters of base64, checked above)


def _visible(value: object) -> object:
    """Every string that a template puts out, without anything hidden in it; markup of our own passes."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return text.shown(value)
