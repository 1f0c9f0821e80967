"""Update services: nothing is newer than what is there."""

from __future__ import annotations

import json
from html import escape
from urllib.parse import parse_qs

import msgspec

from backtalk.lab.internet.message import JSON, Answer, Request, nothing

_XML = "text/xml; charset=utf-8"
_ELAPSED_DAYS = 7000
"""Omaha's day count (days since 2007-01-01); any plausible one does, and a constant is the same every time."""


class _App(msgspec.Struct):
    appid: str = ""


class _Asked(msgspec.Struct):
    """Omaha's request: protocol 3.x has `app`, protocol 4 has `apps`."""

    protocol: str = "3.1"
    app: list[_App] = []
    apps: list[_App] = []


class _Envelope(msgspec.Struct):
    request: _Asked


def answer(request: Request) -> Answer | None:
    """No update, in the form of whoever asks."""
    if request.path == "/service/update2/crx" and request.on("google.com", "googleapis.com"):
        return _extensions(request.target)
    if request.path.startswith("/service/update2") and request.on("googleapis.com", "google.com"):
        return _omaha(request.body)
    if request.host == "aus5.mozilla.org":
        inside = b"<addons/>" if "/GMP/" in request.path else b""
        return Answer(kind=_XML, body=b'<?xml version="1.0" encoding="UTF-8"?>\n<updates>' + inside + b"</updates>\n")
    if request.on("gvt1.com", "openh264.org", "dl.google.com"):
        return nothing(404)
    if request.on("addons.mozilla.org"):
        return _addons(request.path)
    return None


def _omaha(body: bytes) -> Answer:
    """No update for any app asked about (Omaha protocol 3.1 and 4.0, google/omaha, doc/ServerProtocolV3.md)."""
    try:
        asked = msgspec.json.decode(body, type=_Envelope).request
    except (msgspec.DecodeError, UnicodeDecodeError):
        asked = _Asked()
    modern = asked.protocol.startswith("4")
    told = [
        {"appid": app.appid, "status": "ok", "updatecheck": {"status": "noupdate"}, "ping": {"status": "ok"}}
        for app in (asked.apps if modern else asked.app)
    ]
    response = {
        "server": "prod",
        "protocol": asked.protocol,
        "daystart": {"elapsed_days": _ELAPSED_DAYS, "elapsed_seconds": 43200},
        "apps" if modern else "app": told,
    }
    return Answer(kind=JSON, body=(")]}'\n" + json.dumps({"response": response})).encode())


def _extensions(target: str) -> Answer:
    """No update for any extension asked about by `x=id%3D...` (Chromium's update manifest, protocol 2)."""
    asked = [parse_qs(one).get("id", [""])[0] for one in parse_qs(target.partition("?")[2]).get("x", [])]
    apps = "".join(f'<app appid="{escape(app)}" status="ok"><updatecheck status="noupdate"/></app>' for app in asked)
    manifest = f'<gupdate xmlns="http://www.google.com/update2/response" protocol="2.0" server="prod">{apps}</gupdate>'
    return Answer(kind=_XML, body=f'<?xml version="1.0" encoding="UTF-8"?>{manifest}'.encode())


def _addons(path: str) -> Answer:
    if "VersionCheck" in path:
        return Answer(kind=JSON, body=b'{"addons":{}}')
    empty: dict[str, object] = {
        "page_size": 25,
        "page_count": 1,
        "count": 0,
        "next": None,
        "previous": None,
        "results": [],
    }
    return Answer(kind=JSON, body=json.dumps(empty).encode())
