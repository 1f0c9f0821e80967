"""Search engines: where each takes a submitted search, and which one took it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from backtalk.assess.addresses import header, host, path, redirected, same
from backtalk.model.capture import Exchange


class Engine(Struct, frozen=True, kw_only=True):
    """One search engine: its hosts (a pattern of the whole name) and the paths of its result pages."""

    name: str
    hosts: str
    paths: tuple[str, ...]
    source: str


ENGINES: tuple[Engine, ...] = (
    Engine(
        name="Google",
        hosts=r"(www\.)?google\.(com|[a-z]{2}|com?\.[a-z]{2})",
        paths=("/search",),
        source="the engine's OpenSearch URL as built into Chromium (prepopulated_engines.json) and Firefox",
    ),
    Engine(
        name="DuckDuckGo",
        hosts=r"(www\.|html\.|lite\.|start\.|safe\.|noai\.)?duckduckgo\.com",
        paths=("/", "/html", "/html/", "/lite", "/lite/"),
        source="https://duckduckgo.com/opensearch.xml",
    ),
    Engine(
        name="Bing",
        hosts=r"(www\.|cn\.)?bing\.com",
        paths=("/search",),
        source="https://www.bing.com/opensearch.xml",
    ),
    Engine(
        name="Yahoo",
        hosts=r"([a-z]{2}\.)?search\.yahoo\.(com|co\.jp)",
        paths=("/search",),
        source="prepopulated_engines.json of Chromium",
    ),
    Engine(
        name="Ecosia", hosts=r"www\.ecosia\.org", paths=("/search",), source="prepopulated_engines.json of Chromium"
    ),
    Engine(name="Qwant", hosts=r"www\.qwant\.com", paths=("/", "/search"), source="search-config of Firefox"),
    Engine(
        name="Startpage",
        hosts=r"www\.startpage\.com",
        paths=("/do/search", "/sp/search"),
        source="the engine's OpenSearch URL",
    ),
    Engine(
        name="Yandex",
        hosts=r"(www\.)?yandex\.(com|[a-z]{2}|com\.tr)",
        paths=("/search", "/search/"),
        source="prepopulated_engines.json of Chromium",
    ),
)
"""Known engines; each path is that of a page of results, never that of suggestions."""


class Taken(Struct, frozen=True):
    """Where one submitted search was taken: the engine's host and search paths, then where it redirected to."""

    host: str
    pages: frozenset[tuple[str, str]]

    def at(self, name: str, where: str) -> bool:
        """Whether a host and path are those of the page of results."""
        return (name, where) in self.pages


def engine(name: str) -> Engine | None:
    """The known engine that a host belongs to."""
    return next((one for one in ENGINES if re.fullmatch(one.hosts, name)), None)


def taken(carriers: Iterable[Exchange]) -> Taken | None:
    """Which engine took a search, told from the exchanges that carried it once it was submitted.

    The first page load at a known engine's search path. Where there is none, the first
    page load that was answered with a page, by whatever host: a configured engine may be
    unknown here. A host that only passes the search on is no engine.
    """
    loads = [(one, navigation(one)) for one in sorted(carriers, key=lambda one: (one.started, one.source, one.index))]
    for sure in ("yes", "unsaid"):
        for one, said in loads:
            known = engine(one.host)
            if said == sure and known and path(one.url) in known.paths:
                pages = frozenset((one.host, each) for each in known.paths)
                return Taken(one.host, pages | _onward(one, [later for later, _ in loads]))
    for one, said in loads:
        if said == "yes" and engine(one.host) is None and one.status == 200 and host(one.url) == one.host:
            return Taken(one.host, frozenset({(one.host, path(one.url))}))
    return None


def _onward(first: Exchange, loads: Iterable[Exchange]) -> frozenset[tuple[str, str]]:
    """The pages to which the engine itself redirected the search."""
    targets = {_target(first)}
    for one in loads:
        if one.started >= first.started and same(one.url) in targets:
            targets.add(_target(one))
    return frozenset((host(url), path(url)) for url in targets if url)


def _target(exchange: Exchange) -> str:
    location = header(exchange.part("response.header"), b"location") if 300 <= exchange.status < 400 else ""
    return same(redirected(exchange.url, location)) if location else ""


def navigation(exchange: Exchange) -> Literal["yes", "no", "unsaid"]:
    """Whether the request loads a page into a window, by its Fetch Metadata headers (W3C)."""
    block = exchange.part("request.header")
    mode, destination = header(block, b"sec-fetch-mode"), header(block, b"sec-fetch-dest")
    purpose = header(block, b"sec-purpose") + header(block, b"purpose")
    if not mode:
        return "unsaid"
    return "yes" if mode == "navigate" and destination in {"document", ""} and "prefetch" not in purpose else "no"
