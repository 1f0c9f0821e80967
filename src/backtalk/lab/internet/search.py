"""Result pages of Google, DuckDuckGo and Bing: plausible, the same for every query but for the query itself."""

from __future__ import annotations

from html import escape
from urllib.parse import quote_plus

from msgspec import Struct

from backtalk.lab.internet.message import CSS, Answer, Headers, Request, page, visit_cookie
from backtalk.lab.internet.picture import png

ASSETS = ("/results/style.css", "/results/logo.png", "/favicon.ico")
"""What a result page loads, on its own host."""


class Engine(Struct, frozen=True, kw_only=True):
    """A search engine: where its results are, and the cookie that it gives to everybody."""

    name: str
    hosts: tuple[str, ...]
    paths: tuple[str, ...]
    parameter: str
    cookie: str
    domain: str
    colour: tuple[int, int, int]


ENGINES = (
    Engine(
        name="Google",
        hosts=("www.google.com", "google.com", "www.google.de"),
        paths=("/search",),
        parameter="q",
        cookie="NID",
        domain="google.com",
        colour=(66, 133, 244),
    ),
    Engine(
        name="DuckDuckGo",
        hosts=("duckduckgo.com", "html.duckduckgo.com", "start.duckduckgo.com", "safe.duckduckgo.com"),
        paths=("/", "/html", "/html/"),
        parameter="q",
        cookie="sid",
        domain="duckduckgo.com",
        colour=(222, 88, 51),
    ),
    Engine(
        name="Bing",
        hosts=("www.bing.com", "bing.com"),
        paths=("/search",),
        parameter="q",
        cookie="MUID",
        domain="bing.com",
        colour=(0, 128, 115),
    ),
)

_STYLE = b"""body { margin: 0; font: 16px/1.5 Arial, sans-serif; color: #202124 }
header { display: flex; gap: 1em; padding: 1em; border-bottom: 1px solid #ddd }
ol { list-style: none; max-width: 40em; margin: 1em 8em; padding: 0 } li { margin: 0 0 1.5em }
"""

_RESULTS = (
    ("A short guide", "guide", "What it is, where the word comes from, and how it is used today."),
    ("Questions and answers", "questions", "Readers ask, others answer. 14 answers, the last one in spring."),
    ("Pictures", "pictures", "A collection of photographs, some of them old."),
    ("History", "history", "From the first mention to the present, in seven chapters."),
)


def engine_of(host: str) -> Engine | None:
    """The engine at `host`, if it is one."""
    return next((engine for engine in ENGINES if host in engine.hosts), None)


def answer(request: Request) -> Answer | None:
    """Results, the engine's front page, and what both load."""
    engine = engine_of(request.host)
    if engine is None:
        return None
    if request.path == "/results/style.css":
        return Answer(kind=CSS, body=_STYLE)
    if request.path == "/results/logo.png":
        return Answer(kind="image/png", body=png(92, 30, *engine.colour))
    if request.path == "/favicon.ico":
        return Answer(kind="image/png", body=png(32, 32, *engine.colour))
    query = request.query.get(engine.parameter, "")
    if request.method == "GET" and request.path in (*engine.paths, "/"):
        return page(_results(engine, query), *_cookie(engine, request))
    return None


def _cookie(engine: Engine, request: Request) -> Headers:
    inside = request.on(engine.domain)
    scope = f"Domain={engine.domain}; " if inside else ""
    return visit_cookie(request, engine.cookie, f"{scope}Path=/; Max-Age=15552000; Secure; SameSite=None")


def _results(engine: Engine, query: str) -> str:
    shown, linked = escape(query), quote_plus(query)
    items = "".join(
        f'<li><a href="https://www.{where}.example/?about={linked}"><h3>{shown} - {title}</h3></a><p>{text}</p></li>'
        for title, where, text in _RESULTS
    )
    title = f"{shown} - {engine.name}" if query else engine.name
    found = f"<ol>{items}</ol>" if query else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<link rel="stylesheet" href="/results/style.css"><link rel="icon" href="/favicon.ico"></head>'
        f'<body><header><img src="/results/logo.png" alt="{engine.name}" width="92" height="30">'
        f'<form action="{engine.paths[0]}"><input name="{engine.parameter}" value="{shown}" size="50"></form></header>'
        f"{found}</body></html>"
    )
