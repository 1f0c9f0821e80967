"""Mozilla's services behind Firefox: nothing new, nothing to show, nobody to call."""

from __future__ import annotations

import json

import msgspec

from backtalk.lab.internet.message import JSON, TEXT, Answer, Request

_STAMP = 1700000000000
"""A Remote Settings timestamp (ms): collections are as old as this, always."""

_HAWK = "https://normandy.cdn.mozilla.net"


class _Placement(msgspec.Struct):
    placement: str = ""


class _Ads(msgspec.Struct):
    placements: list[_Placement] = []


class _Push(msgspec.Struct, rename="camel"):
    message_type: str = ""
    channel_id: str = msgspec.field(default="", name="channelID")


def answer(request: Request) -> Answer | None:
    """The empty, well-formed answer of the service asked."""
    match request.host:
        case "firefox.settings.services.mozilla.com" | "firefox-settings-attachments.cdn.mozilla.net":
            return _remote_settings(request.path)
        case "location.services.mozilla.com":
            return _json({"country_name": "Germany", "country_code": "DE"})
        case "classify-client.services.mozilla.com":
            return _json({"country": "DE", "request_time": "2024-01-01T00:00:00.000000Z"})
        case "normandy.cdn.mozilla.net":
            return _normandy(request.path)
        case "contile.services.mozilla.com":
            return _json({"tiles": []})
        case "ads.mozilla.org":
            return _ads(request)
        case "merino.services.mozilla.com":
            return _merino(request)
        case "shavar.services.mozilla.com":
            return Answer(kind=TEXT, body=b"n:3600\n")
        case "getpocket.cdn.mozilla.net" | "spocs.getpocket.com":
            return _json({"status": 1, "recommendations": [], "spocs": []})
        case "api.accounts.firefox.com" | "accounts.firefox.com" | "snippets.cdn.mozilla.net":
            return _json({})
    return None


def push(said: str, token: str) -> str | None:
    """What the push service says back to one message (autopush's WebSocket protocol); None for silence."""
    try:
        heard = msgspec.json.decode(said, type=_Push)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    match heard.message_type:
        case "hello":
            told = {"messageType": "hello", "uaid": token, "status": 200, "use_webpush": True, "broadcasts": {}}
        case "register":
            where = f"https://updates.push.services.mozilla.com/wpush/v2/{token}"
            told = {"messageType": "register", "channelID": heard.channel_id, "status": 200, "pushEndpoint": where}
        case "unregister":
            told = {"messageType": "unregister", "channelID": heard.channel_id, "status": 200}
        case "" | "ping":
            told = {}
        case _:
            return None
    return json.dumps(told)


def _json(value: object) -> Answer:
    return Answer(kind=JSON, body=json.dumps(value).encode())


def _remote_settings(path: str) -> Answer:
    """Collections without entries (Kinto's HTTP API v1, changesets of Remote Settings)."""
    if path in {"/v1", "/v1/"}:
        return _json(
            {
                "project_name": "Remote Settings PROD",
                "http_api_version": "1.22",
                "url": "https://firefox.settings.services.mozilla.com/v1/",
                "settings": {"readonly": True},
                "capabilities": {"attachments": {"base_url": "https://firefox-settings-attachments.cdn.mozilla.net/"}},
            }
        )
    if path.endswith("/changeset"):
        told = {"timestamp": _STAMP, "changes": [], "metadata": {}}
    elif path.endswith("/records"):
        told = {"data": []}
    else:
        return Answer(status=404, kind=JSON, body=b'{"code":404,"errno":111,"error":"Not Found"}')
    return msgspec.structs.replace(_json(told), headers=(("etag", f'"{_STAMP}"'),))


def _normandy(path: str) -> Answer:
    if path.rstrip("/") == "/api/v1":
        names = ("recipe-signed", "action-signed", "recipe-list", "action-list")
        there = {name: f"{_HAWK}/api/v1/{name.replace('-', '/')}/" for name in names}
        return _json(
            {**there, "classify-client": "https://classify-client.services.mozilla.com/api/v1/classify_client/"}
        )
    return _json([])


def _ads(request: Request) -> Answer:
    """Every placement asked about, without an advertisement."""
    try:
        asked = msgspec.json.decode(request.body or b"{}", type=_Ads)
    except (msgspec.DecodeError, UnicodeDecodeError):
        asked = _Ads()
    if request.path.startswith("/v1/tiles"):
        return _json({"tiles": []})
    return _json({placement.placement: [] for placement in asked.placements})


def _merino(request: Request) -> Answer:
    if "suggest" in request.path:
        return _json({"suggestions": [], "request_id": request.token, "client_variants": [], "server_variants": []})
    return _json({"recommendedAt": _STAMP, "surfaceId": "NEW_TAB_EN_US", "data": [], "feeds": {}})
