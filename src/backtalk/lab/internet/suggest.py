"""Suggestion services: what a browser asks while its user types, answered so that it goes on asking."""

from __future__ import annotations

import json

from backtalk.lab.internet.message import SCRIPT, Answer, Request

KIND = "application/x-suggestions+json; charset=utf-8"
CONTINUED = ("", " meaning", " near me", " weather", " pictures")

_GOOGLE_SAFE = ")]}'\n"
"""What Google puts before JSON so that it is no script; its own clients expect it."""


def answer(request: Request) -> Answer | None:
    """Suggestions of Google, DuckDuckGo, Bing, Wikipedia or Ecosia, each in its own form."""
    query = request.query
    if request.path == "/complete/search" and request.on("google.com", "google.de", "googleapis.com"):
        return _google(query.get("q", ""), query.get("client", ""))
    if request.path in {"/ac/", "/ac"} and request.on("duckduckgo.com"):
        return _duckduckgo(query.get("q", ""), as_list=query.get("type", "") == "list")
    if request.path.lower() in {"/osjson.aspx", "/qsonhs.aspx", "/osjson"} and request.on("bing.com"):
        asked = query.get("query", query.get("q", ""))
        return _plain([asked, _continued(asked)])
    if request.path == "/w/api.php" and request.on("wikipedia.org") and query.get("action") == "opensearch":
        return _plain([query.get("search", ""), [], [], []])
    if request.host == "ac.ecosia.org":
        return _plain([query.get("q", ""), _continued(query.get("q", ""))])
    return None


def _continued(asked: str) -> list[str]:
    return [asked + more for more in CONTINUED]


def _plain(answered: list[object], prefix: str = "", kind: str = KIND) -> Answer:
    return Answer(kind=kind, body=(prefix + json.dumps(answered, ensure_ascii=False)).encode("utf-8", "replace"))


def _google(asked: str, client: str) -> Answer:
    suggested = _continued(asked)
    if not client.startswith("chrome"):
        return _plain([asked, suggested, [], {"google:suggestsubtypes": [[512]] * len(suggested)}])
    details = {
        "google:clientdata": {"bpc": False, "tlw": False},
        "google:suggestrelevance": [601 - place for place in range(len(suggested))],
        "google:suggestsubtypes": [[512]] * len(suggested),
        "google:suggesttype": ["QUERY"] * len(suggested),
        "google:verbatimrelevance": 851,
    }
    return _plain([asked, suggested, [""] * len(suggested), [], details], _GOOGLE_SAFE, SCRIPT)


def _duckduckgo(asked: str, *, as_list: bool) -> Answer:
    if as_list:
        return _plain([asked, _continued(asked)])
    return _plain([{"phrase": phrase} for phrase in _continued(asked)], kind="application/javascript; charset=UTF-8")
